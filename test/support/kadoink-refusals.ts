import { expect } from 'chai'
import type { Answer } from '#test/people'

/** A refusal in brief, `404 not_found`; whatever is no success must have the envelope and nothing else. */
export function refusal({ status, headers, body }: Answer): string {
  expect(status, 'a refusal').to.be.within(400, 599)
  expect(headers.get('content-type')).to.match(/^application\/json/)
  expect(headers.get('x-request-id')).to.match(/^[\w-]{8,64}$/)
  expect(body).to.have.all.keys('error')
  expect(body.error).to.have.all.keys('code', 'message', 'fields')
  expect(body.error.code).to.match(/^[a-z][a-z0-9_]+$/)
  expect(body.error.message).to.be.a('string').with.length.above(0)
  expect(body.error.fields).to.be.an('object')
  expect(headers.get('www-authenticate')).to.equal(body.error.code === 'unauthorized' ? 'Bearer' : null)
  if (status === 429) expect(headers.get('retry-after')).to.match(/^[1-9]\d*$/)
  return `${status} ${body.error.code}`
}

/** What a refused request was told about its fields, by their names; the refusal must be `validation_failed`. */
export function complaints(answer: Answer): Readonly<Record<string, string>> {
  expect(refusal(answer), JSON.stringify(answer.body)).to.equal('422 validation_failed')
  return answer.body.error.fields
}

/** How often each outcome came: `201` or `409 username_taken`. */
export function outcomes(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const answer of answers) {
    const outcome = answer.status < 300 ? String(answer.status) : refusal(answer)
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

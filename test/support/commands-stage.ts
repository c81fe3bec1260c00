import { expect } from 'chai'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'

/** Run a command that goes well; the answer. */
export async function says(person: Person, text: string, more: Json = {}): Promise<Json> {
  const { status, body } = await person.post('/commands', { text, ...more })
  expect(status, `${text}: ${JSON.stringify(body)}`).to.equal(200)
  return body
}

/** What a command that goes well replies. */
export async function replyTo(person: Person, text: string): Promise<string> {
  return (await says(person, text)).reply
}

/** What a command that is refused is refused with: `404 not_found: There is no such tag.` */
export async function refused(person: Person, text: string): Promise<string> {
  const answer = await person.post('/commands', { text })
  return `${refusal(answer)}: ${answer.body.error.message}`
}

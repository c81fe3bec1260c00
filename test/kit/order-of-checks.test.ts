import { expect } from 'chai'
import { z } from 'zod'
import { Place, type Sent } from '#test/kit-place'
import { small } from '#test/kit-surface'

const common = { method: 'POST', tag: 'Order', summary: 'Ask', status: 204 } as const
const body = z.object({ word: z.string() })

let reached = 0
async function handle(): Promise<void> {
  reached++
}
const endpoints = [
  small.endpoint({ ...common, path: '/ip', auth: 'named', limit: 'perIp', handle }),
  small.endpoint({ ...common, path: '/viewer', auth: 'named', gates: ['open'], limit: 'perViewer', body, handle }),
  small.endpoint({ ...common, path: '/word', auth: 'named', gates: ['open'], limit: 'perWord', body, handle }),
  small.endpoint({ ...common, path: '/word/{word}', auth: 'named', limit: 'perViewer', params: body, handle }),
]

describe('A request is checked', () => {
  let place: Place

  before(async () => {
    place = await Place.open(endpoints)
  })
  after(() => place.close())
  beforeEach(() => {
    reached = 0
  })

  const statuses = async (path: string, ...asked: readonly Sent[]): Promise<readonly number[]> => {
    const found: number[] = []
    for (const sent of asked) found.push((await place.ask('POST', `/small${path}`, sent)).status)
    return found
  }

  it('by address before anybody looks at the token', async () => {
    expect(await statuses('/ip', {}, {}, {}, { as: 'Ana' })).to.deep.equal([401, 401, 429, 429])
    expect(await statuses('/ip', { as: 'Ana', ip: '10.0.0.2' })).to.deep.equal([204])
    expect(reached).to.equal(1)
  })

  it('by token before the gate, and by the gate before the budget of the viewer', async () => {
    const nobody = await place.ask('POST', '/small/viewer', { body: {} })
    expect([nobody.status, nobody.body.error]).to.deep.equal([401, 'unauthorized'])
    const closed = { as: 'closed Ana', body: {} }
    expect(await statuses('/viewer', closed, closed, closed, closed)).to.deep.equal([403, 403, 403, 403])
  })

  it('by the budget of the viewer before the body is read', async () => {
    const broken = { as: 'Bo', body: '{' }
    expect(await statuses('/viewer', broken, broken, broken)).to.deep.equal([400, 400, 429])
    expect(await statuses('/viewer', { as: 'Cy', body: { word: 'hi' } })).to.deep.equal([204])
    expect(reached).to.equal(1)
  })

  it('by its body before the budget that the body names, and by that before the handler', async () => {
    const odd = { as: 'Di', body: { word: 7 } }
    const fine = { as: 'Di', body: { word: 'hi' } }
    expect(await statuses('/word', odd, odd, fine, fine)).to.deep.equal([422, 422, 204, 429])
    expect(await statuses('/word', { as: 'Di', body: { word: 'ho' } })).to.deep.equal([204])
    expect(reached).to.equal(2)
  })

  it('with an honest word about when to come back', async () => {
    await statuses('/word', { as: 'Ed', body: { word: 'wait' } })
    const { status, headers } = await place.ask('POST', '/small/word', { as: 'Ed', body: { word: 'wait' } })
    expect(status).to.equal(429)
    expect(Number(headers.get('retry-after'))).to.be.within(1, 60)
  })

  it('and counted by its route, never by the path that was asked', async () => {
    await statuses('/word/anything-goes', { as: 'Flo' })
    await place.ask('GET', '/small/nowhere/at/all')
    expect(place.answers.slice(-2).map(({ route, status }) => [route, status])).to.deep.equal([
      ['/word/{word}', 204],
      ['unmatched', 404],
    ])
  })
})

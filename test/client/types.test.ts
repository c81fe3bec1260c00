import { expect } from 'chai'
import type { Client, Gives, Kadoink, LiveEvent } from '#client'

/** Mistakes in asking: each line under a `@ts-expect-error` must fail to compile. Nothing here is run. */
const mistakes: readonly ((client: Client) => unknown)[] = [
  // @ts-expect-error A path that is not there.
  (client) => client.get('/nowhere'),
  // @ts-expect-error A path that has another method.
  (client) => client.put('/calls'),
  // @ts-expect-error A parameter of the path that is missing.
  (client) => client.get('/contacts/{contact_id}'),
  // @ts-expect-error A parameter that the path has not.
  (client) => client.get('/contacts/{contact_id}', { params: { contact: 'x' } }),
  // @ts-expect-error A query that nobody reads.
  (client) => client.get('/contacts', { query: { limt: 3 } }),
  // @ts-expect-error A body where none is read.
  (client) => client.delete('/calls/active', { body: {} }),
  // @ts-expect-error A body that is missing.
  (client) => client.post('/contacts'),
  // @ts-expect-error A field of the wrong type.
  (client) => client.post('/contacts', { body: { name: 17 } }),
  // @ts-expect-error A word that is none of the few.
  (client) => client.post('/calls', { body: { to: [], privacy: 'secret' } }),
  // @ts-expect-error A key where none is honoured.
  (client) => client.post('/auth/login', { body: { username: 'a', password: 'b' }, idempotencyKey: 'c' }),
  // @ts-expect-error A topic of one's own that is not there.
  (client) => client.live({ topics: ['weather'] }),
  // @ts-expect-error A kind of topic that is not there.
  (client) => client.live().subscribe('group:17'),
  // @ts-expect-error What a call shows is no tag.
  async (client) => (await client.live().subscribe('call:17')).ktag,
]

/** What the answers and events are; each of these must compile. */
const facts: readonly ((client: Client, event: LiveEvent) => unknown)[] = [
  async (client): Promise<Kadoink.Contact | undefined> => (await client.get('/contacts')).items[0],
  (): Gives<'delete', '/calls/active'> => undefined,
  async (client): Promise<Kadoink.KtagPage> => (await client.live().subscribe('ktag:17')).ktag,
  (_client, { event, data }): Kadoink.Message | undefined =>
    event === 'inbox.message_created' ? data.message : undefined,
  (_client, { event, transient, cursor }): [true, undefined] | undefined =>
    event === 'call.speaking' ? [transient, cursor] : undefined,
]

describe('The compiler, of an app', () => {
  it('refuses every mistake above, and knows what comes back', () => {
    expect(mistakes).to.have.length.above(12)
    expect(facts).to.have.length.above(4)
  })
})

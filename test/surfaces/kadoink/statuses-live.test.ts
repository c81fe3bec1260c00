import { expect } from 'chai'
import type { Json, Person } from '#test/people'
import type { Client } from '#test/realtime-client'
import { primaryOf, says } from '#test/statuses'
import { follow, newTag } from '#test/tags'
import { World } from '#test/world'

describe('Statuses as the apps hear of them', () => {
  let world: World
  let ana: Person
  let bo: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
  })

  const hears = async (socket: Client, name: string): Promise<Json> =>
    (await socket.until('event', ({ event }) => event === name)).data
  const told = async (socket: Client): Promise<string[]> => {
    await world.settle()
    socket.say({ type: 'ping', id: 9 })
    await socket.until('pong')
    return socket.events.map(({ event }) => event)
  }

  for (const door of ['ws', 'uws'] as const) {
    it(`reach the author’s devices and those who follow, and nobody else, through the ${door} door`, async () => {
      const cy = await world.person('Cy')
      await follow(bo, primaryOf(ana))
      const [author, follower, stranger] = [
        await ana.socket({ door, topics: ['statuses'] }),
        await bo.socket({ door, topics: ['feed'] }),
        await cy.socket({ door }),
      ]
      const status = await says(ana, 'Doors open at 8')
      expect(await hears(author, 'status.created')).to.deep.equal({ status })
      expect(await hears(follower, 'feed.status_created')).to.deep.equal({ status })
      const edited = (await ana.patch(`/statuses/${status.id}`, { body: 'Doors open at 9' })).body
      expect(await hears(author, 'status.updated')).to.deep.equal({ status: edited })
      expect(await hears(follower, 'feed.status_updated')).to.deep.equal({ status: edited })
      await ana.delete(`/statuses/${status.id}`)
      const gone = { id: status.id, ktag_id: status.ktag.id }
      expect(await hears(author, 'status.deleted')).to.deep.equal(gone)
      expect(await hears(follower, 'feed.status_deleted')).to.deep.equal(gone)
      expect(await told(stranger)).to.deep.equal([])
      for (const socket of [author, follower, stranger]) await socket.cut()
    })
  }

  it('reach whoever looks at the page of a tag, as long as it is public', async () => {
    const tag = await newTag(ana)
    const socket = await bo.socket({ topics: ['account'] })
    socket.say({ type: 'subscribe', id: 2, topic: `ktag:${tag.id}` })
    const { snapshot } = await socket.until('subscribed')
    expect((snapshot as Json).ktag.latest_statuses).to.deep.equal({ items: [], has_more: false })
    const status = await says(ana, 'Here', { ktag_id: tag.id })
    expect(await hears(socket, 'feed.status_created')).to.deep.equal({ status })
    await ana.patch(`/ktags/${tag.id}`, { visibility: 'private' })
    await says(ana, 'Among us', { ktag_id: tag.id })
    expect(await told(socket)).to.deep.equal(['feed.status_created', 'ktag.deleted'])
  })

  it('are heard later by a follower who was away, and not by one who has left', async () => {
    await follow(bo, primaryOf(ana))
    const before = await bo.socket()
    const { cursor } = before
    await before.cut()
    const status = await says(ana, 'While you were away')
    await world.settle()
    const after = await bo.socket({ cursor })
    expect(after.events.map(({ event, data }) => [event, (data.status as Json).id])).to.deep.equal([
      ['feed.status_created', status.id],
    ])
    await bo.delete(`/ktags/${primaryOf(ana).id}/follow`)
    await hears(after, 'follow.deleted')
    await says(ana, 'Too late')
    expect(await told(after)).to.deep.equal(['feed.status_created', 'follow.deleted'])
  })

  it('of people one has blocked are not heard, from the moment one blocks them to the moment one does not', async () => {
    await follow(bo, primaryOf(ana))
    const socket = await bo.socket({ topics: ['feed', 'account'] })
    await bo.patch('/me', { settings: { blocked: [ana.user.id] } })
    await hears(socket, 'me.updated')
    await says(ana, 'Unheard')
    await world.settle()
    await bo.patch('/me', { settings: { blocked: [] } })
    await hears(socket, 'me.updated')
    await says(ana, 'Heard again')
    expect((await hears(socket, 'feed.status_created')).status.body).to.equal('Heard again')
    expect(await told(socket)).to.deep.equal(['me.updated', 'me.updated', 'feed.status_created'])
  })

  describe('with calls', () => {
    const opened = async (privacy: string): Promise<Json> =>
      (await ana.post('/calls', { to: [{ mobile: world.freshNumber() }], title: 'Listening party', privacy })).body

    it('tell those who follow of an open call, and how to join it, until it is over', async () => {
      await follow(bo, primaryOf(ana))
      const cy = await world.person('Cy')
      const [follower, page] = [await bo.socket({ topics: ['feed'] }), await cy.socket({ topics: ['account'] })]
      page.say({ type: 'subscribe', id: 2, topic: `ktag:${primaryOf(ana).id}` })
      await page.until('subscribed')
      const call = await opened('open')
      expect(await told(follower)).to.deep.equal([])
      await world.pass(15)
      const first = await hears(follower, 'feed.call_live')
      expect(first.ktag).to.deep.equal(primaryOf(ana))
      expect(first.call).to.include({ id: call.id, title: 'Listening party' })
      expect(first.call.started_at).to.be.a('string')
      expect(first.call.dial_in).to.deep.equal(call.dial_in)
      expect((await hears(page, 'feed.call_live')).call).to.include({ id: call.id, dial_in: null })
      await ana.delete('/calls/active')
      for (const socket of [follower, page]) {
        expect(await hears(socket, 'feed.call_closed')).to.deep.equal({ ktag_id: primaryOf(ana).id, call_id: call.id })
      }
      expect(await told(follower)).to.deep.equal(['feed.call_live', 'feed.call_closed'])
      expect((await opened('open')).status).to.equal('dialing')
      await ana.delete('/calls/active')
      expect(await told(follower)).to.have.lengthOf(2)
    })

    it('tell nothing of a private one, and of one that is opened and closed again no more than that', async () => {
      await follow(bo, primaryOf(ana))
      const socket = await bo.socket({ topics: ['feed'] })
      const call = await opened('private')
      await world.pass(15)
      await ana.patch('/calls/active', { privacy: 'open' })
      expect((await hears(socket, 'feed.call_live')).call.id).to.equal(call.id)
      await ana.patch('/calls/active', { privacy: 'private' })
      await hears(socket, 'feed.call_closed')
      await ana.delete('/calls/active')
      expect(await told(socket)).to.deep.equal(['feed.call_live', 'feed.call_closed'])
    })
  })

  it('write one event and one row for all who follow, however many they are', async () => {
    await Promise.all(
      Array.from({ length: 5 }, async (_, at) => follow(await world.person(`Fan${at}`), primaryOf(ana))),
    )
    const { sql } = world.running.database
    const status = await says(ana, 'To all of you')
    const rows = await sql('events')
      .join('event_channels', 'event_channels.seq', 'events.seq')
      .whereRaw("events.data ->> 'status_id' = ?", [status.id])
      .pluck('event_channels.channel')
    expect(rows).to.have.members([`user:${ana.user.id}`, `tag:${status.ktag.id}`, `ktag:${status.ktag.id}`])
  })
})

import { expect } from 'chai'
import type { Json, Person } from '#test/people'
import type { Client } from '#test/realtime-client'
import { follow, newTag, tagSeenBy } from '#test/tags'
import { World } from '#test/world'

const OWN_FIELDS = ['is_owner', 'following', 'texts', 'calls']

describe('Tags as the apps hear of them', () => {
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
  /** What a socket has heard by the time that all is told. */
  const told = async (socket: Client): Promise<string[]> => {
    await world.settle()
    socket.say({ type: 'ping', id: 9 })
    await socket.until('pong')
    return socket.events.map(({ event }) => event)
  }
  const watch = async (socket: Client, { id }: Json): Promise<Json> => {
    socket.say({ type: 'subscribe', id: 2, topic: `ktag:${id}` })
    return (await socket.until('subscribed')).snapshot
  }

  for (const door of ['ws', 'uws'] as const) {
    it(`tell the owner of every change, through the ${door} door`, async () => {
      const socket = await ana.socket({ door, topics: ['tags'] })
      const stranger = await bo.socket({ door })
      const tag = await newTag(ana)
      expect(await hears(socket, 'ktag.created')).to.deep.equal({ ktag: tag })
      const edited = (await ana.patch(`/ktags/${tag.id}`, { title: 'Jazz' })).body
      expect(await hears(socket, 'ktag.updated')).to.deep.equal({ ktag: edited })
      await ana.delete(`/ktags/${tag.id}`)
      expect(await hears(socket, 'ktag.deleted')).to.deep.equal({ id: tag.id })
      expect(await told(stranger)).to.deep.equal([])
    })

    it(`tell the owner of followers and how many there are, through the ${door} door`, async () => {
      const tag = await newTag(ana)
      const socket = await ana.socket({ door, topics: ['tags'] })
      await follow(bo, tag)
      await follow(bo, tag, { calls: true })
      const added = await hears(socket, 'ktag.follower_added')
      expect(added).to.include({ ktag_id: tag.id, follower_count: 1 })
      expect(added.person).to.include({ user_id: bo.user.id, name: 'Bo' })
      expect(JSON.stringify(added)).not.to.include(bo.mobile)
      await bo.delete(`/ktags/${tag.id}/follow`)
      expect(await hears(socket, 'ktag.follower_removed')).to.deep.equal({ ktag_id: tag.id, follower_count: 0 })
      expect(await told(socket)).to.deep.equal(['ktag.follower_added', 'ktag.follower_removed'])
    })

    it(`tell a follower of each device’s doing, through the ${door} door`, async () => {
      const tag = await newTag(ana)
      const socket = await bo.socket({ door, topics: ['tags'] })
      const first = await follow(bo, tag)
      expect(await hears(socket, 'follow.created')).to.deep.equal({ follow: first })
      await follow(bo, tag)
      const second = await follow(bo, tag, { calls: true })
      expect(await hears(socket, 'follow.updated')).to.deep.equal({ follow: second })
      await bo.delete(`/ktags/${tag.id}/follow`)
      expect(await hears(socket, 'follow.deleted')).to.deep.equal({ ktag_id: tag.id })
      expect(await told(socket)).to.deep.equal(['follow.created', 'follow.updated', 'follow.deleted'])
    })

    it(`tell whoever follows, from the moment they follow to the moment they do not, through the ${door} door`, async () => {
      const tag = await newTag(ana)
      const socket = await bo.socket({ door })
      await ana.patch(`/ktags/${tag.id}`, { title: 'Too early' })
      await follow(bo, tag)
      await ana.patch(`/ktags/${tag.id}`, { title: 'Heard', visibility: 'private' })
      const { ktag } = await hears(socket, 'ktag.updated')
      expect(ktag).to.include({ id: tag.id, title: 'Heard', visibility: 'private', follower_count: 1 })
      expect(ktag).not.to.have.any.keys(...OWN_FIELDS)
      await bo.delete(`/ktags/${tag.id}/follow`)
      await hears(socket, 'follow.deleted')
      await ana.patch(`/ktags/${tag.id}`, { title: 'Too late' })
      expect(await told(socket)).to.deep.equal(['follow.created', 'ktag.updated', 'follow.deleted'])
    })

    it(`tell whoever follows what they missed, and of the end, through the ${door} door`, async () => {
      const tag = await newTag(ana)
      await follow(bo, tag)
      // What is not told yet when somebody comes lies behind their cursor.
      await world.settle()
      const first = await bo.socket({ door })
      const { cursor } = first
      await first.cut()
      await ana.patch(`/ktags/${tag.id}`, { title: 'Missed' })
      await world.settle()
      const second = await bo.socket({ door, cursor })
      expect(second.events.map(({ data }) => (data.ktag as Json).title)).to.deep.equal(['Missed'])
      await second.cut()
      await ana.delete(`/ktags/${tag.id}`)
      await world.settle()
      const again = await bo.socket({ door, cursor: second.cursor })
      expect(again.events.map(({ event, data }) => [event, data.id])).to.deep.equal([['ktag.deleted', tag.id]])

      const other = await newTag(ana)
      await follow(bo, other)
      await hears(again, 'follow.created')
      await ana.delete(`/ktags/${other.id}`)
      expect(await hears(again, 'ktag.deleted')).to.deep.equal({ id: other.id })
    })

    it(`can be watched by anybody while they are public, through the ${door} door`, async () => {
      const tag = await newTag(ana)
      const socket = await bo.socket({ door, topics: ['account'] })
      expect(await watch(socket, tag)).to.deep.equal({ ktag: await tagSeenBy(bo, tag) })
      await ana.patch(`/ktags/${tag.id}`, { title: 'Open' })
      expect((await hears(socket, 'ktag.updated')).ktag)
        .to.include({ title: 'Open' })
        .and.not.have.any.keys(OWN_FIELDS)
      await ana.patch(`/ktags/${tag.id}`, { title: 'Closed', visibility: 'private' })
      expect(await hears(socket, 'ktag.deleted')).to.deep.equal({ id: tag.id })
      await ana.patch(`/ktags/${tag.id}`, { title: 'Secret' })
      await ana.delete(`/ktags/${tag.id}`)
      expect(await told(socket)).to.deep.equal(['ktag.updated', 'ktag.deleted'])
      expect(JSON.stringify(socket.events)).not.to.include('Secret').and.not.to.include('Closed')
    })
  }

  it('can be watched while they are private by those who follow, as long as they do', async () => {
    const tag = await newTag(ana)
    await follow(bo, tag)
    await ana.patch(`/ktags/${tag.id}`, { visibility: 'private' })
    const socket = await bo.socket({ topics: ['account'] })
    expect((await watch(socket, tag)).ktag).to.include({ following: true, visibility: 'private' })
    await ana.patch(`/ktags/${tag.id}`, { title: 'Among us' })
    expect((await hears(socket, 'ktag.updated')).ktag.title).to.equal('Among us')
    await bo.delete(`/ktags/${tag.id}/follow`)
    expect((await socket.until('unsubscribed')).topic).to.equal(`ktag:${tag.id}`)
    await ana.patch(`/ktags/${tag.id}`, { title: 'Without you' })
    expect(await told(socket)).to.deep.equal(['ktag.updated'])

    const eve = await (await world.person('Eve')).socket()
    eve.say({ type: 'subscribe', id: 2, topic: `ktag:${tag.id}` })
    expect((await eve.until('error')).error.code).to.equal('not_found')
  })

  it('are heard of once by whoever follows a tag that is on the screen', async () => {
    const tag = await newTag(ana)
    const socket = await bo.socket()
    await watch(socket, tag)
    await follow(bo, tag)
    await hears(socket, 'follow.created')
    await ana.patch(`/ktags/${tag.id}`, { title: 'Once' })
    await hears(socket, 'ktag.updated')
    expect((await told(socket)).filter((event) => event === 'ktag.updated')).to.have.lengthOf(1)
  })

  it('that are made primary change the profile, and the one that was it', async () => {
    const tag = await newTag(ana)
    const socket = await ana.socket()
    await ana.patch(`/ktags/${tag.id}`, { is_primary: true })
    const { user } = await hears(socket, 'me.updated')
    expect(user.primary_ktag.name).to.equal(tag.name)
    const changed = socket.events.filter(({ event }) => event === 'ktag.updated').map(({ data }) => data.ktag as Json)
    expect(changed.map(({ name, is_primary }) => [name, is_primary])).to.deep.equal([
      [ana.username, false],
      [tag.name, true],
    ])
  })
})

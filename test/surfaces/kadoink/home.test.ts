import { expect } from 'chai'
import { grant, toGrid } from '#test/kadoink-book'
import { leaveVoicemail } from '#test/kadoink-voicemail'
import type { Json, Person } from '#test/people'
import { primaryOf, says } from '#test/statuses'
import { follow, newTag } from '#test/tags'
import { World } from '#test/world'

describe('Home', () => {
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

  const home = async (person: Person, query = ''): Promise<Json> => {
    const { status, body } = await person.get(`/home${query}`)
    expect(status, JSON.stringify(body)).to.equal(200)
    return body
  }

  it('is empty for somebody who has just come, but for what everybody has', async () => {
    const { realtime, server_time, grid, ...rest } = await home(ana)
    const nothing = { items: [], has_more: false }
    const { gate, email_challenge: _, ...user } = (await ana.get('/me')).body
    expect(rest).to.deep.equal({
      user,
      gate,
      unread_count: 0,
      inbox: nothing,
      feed: nothing,
      statuses: nothing,
      ktags: (await ana.get('/ktags')).body,
      follows_count: 0,
      active_call: null,
      events: nothing,
      scheduled_jobs: nothing,
      subscription: (await ana.get('/billing/subscription')).body,
      entitlements: (await ana.get('/billing/entitlements')).body,
    })
    expect(grid).to.deep.equal((await ana.get('/grid')).body)
    expect(realtime.url).to.equal(world.doors.ws)
    expect(realtime.cursor).to.match(/^c_/)
    expect(Math.abs(Date.parse(server_time) - Date.now())).to.be.below(60_000)
  })

  it('shows the same as the lists it is made of', async () => {
    await grant(ana, { plan: 'plus' })
    await newTag(ana, { title: 'Jazz' })
    await follow(ana, primaryOf(bo))
    await says(bo, 'Good morning')
    await says(ana, 'Doors open at 8')
    await leaveVoicemail(world, ana, [world.freshNumber()])
    const friend = await ana.knows('Cy', world.freshNumber())
    await toGrid(ana, friend)
    await ana.post('/calls', { to: [friend] })
    await world.settle()
    const body = await home(ana)
    const same = async (path: string) => (await ana.get(path)).body
    const withoutUrls = (list: Json) =>
      JSON.parse(JSON.stringify(list), (key, value) => (key.startsWith('stream_url') ? '' : value))
    expect(withoutUrls(body.inbox)).to.deep.equal(withoutUrls(await same('/inbox')))
    expect(body.inbox.items).to.have.lengthOf(1)
    expect(body.unread_count).to.equal(1)
    expect(body.feed).to.deep.equal(await same('/feed'))
    expect(body.statuses).to.deep.equal(await same('/statuses'))
    expect(body.ktags).to.deep.equal(await same('/ktags'))
    expect(body.ktags.items).to.have.lengthOf(2)
    expect(body.follows_count).to.equal(1)
    expect(body.grid).to.deep.equal(await same('/grid'))
    expect(body.active_call).to.deep.equal(await same('/calls/active'))
    expect(body.entitlements).to.deep.equal(await same('/billing/entitlements'))
    await ana.delete('/calls/active')
    await world.settle()
  })

  it('holds as many of each list as is asked for, ten unless it is said, twenty-five at most', async () => {
    for (let turn = 0; turn < 12; turn++) await says(ana, `${turn}`)
    expect((await home(ana)).statuses.items).to.have.lengthOf(10)
    const { statuses } = await home(ana, '?limit=2')
    expect([statuses.items.map((item: Json) => item.body), statuses.has_more]).to.deep.equal([['11', '10'], true])
    expect((await home(ana, '?limit=25')).statuses).to.include({ has_more: false })
    for (const limit of ['0', '26', 'all']) expect((await ana.get(`/home?limit=${limit}`)).status).to.equal(422)
  })

  it('is of one moment with its cursor: what is not in it is told to whoever says hello with it, and nothing is lost', async () => {
    await follow(bo, primaryOf(ana))
    await grant(ana, { plan: 'plus' })
    const said = new Set<string>()
    let isOver = false
    const talk = async (author: Person, name: string) => {
      for (let turn = 0; !isOver && turn < 8; turn++) {
        const answer = await author.post('/statuses', { body: `${name} ${turn}`, text_followers: false })
        if (answer.status === 201) said.add(answer.body.id)
        else if (answer.status === 429) return
      }
    }
    const talking = [talk(ana, 'a'), talk(ana, 'b'), talk(ana, 'c')]
    const seen: { cursor: string; ids: string[] }[] = []
    for (let turn = 0; turn < 8; turn++) {
      const { feed, realtime } = await home(bo, '?limit=25')
      seen.push({ cursor: realtime.cursor, ids: feed.items.map(({ id }: Json) => id) })
    }
    isOver = true
    await Promise.all(talking)
    await world.settle()
    expect(said.size).to.be.above(5)
    for (const { cursor, ids } of seen) {
      const socket = await bo.socket({ cursor })
      const told = socket.events.map(({ data }) => (data.status as Json).id)
      expect(new Set([...ids, ...told])).to.deep.equal(said)
      // What is told again is what was written while the snapshot was taken: never all of it.
      expect(told.filter((id) => ids.includes(id)).length).to.be.below(10)
      await socket.cut()
    }
  })

  it('waits for nobody’s transaction to say where the socket goes on, and misses nothing of it', async () => {
    await follow(bo, primaryOf(ana))
    const { sql } = world.running.database
    const slow = await sql.transaction()
    await slow.raw('select pg_current_xact_id()')
    const first = await says(ana, 'While somebody is slow')
    const { feed, realtime } = await home(bo)
    expect(feed.items.map(({ id }: Json) => id)).to.deep.equal([first.id])
    await slow.rollback()
    const second = await says(ana, 'Afterwards')
    await world.settle()
    const socket = await bo.socket({ cursor: realtime.cursor })
    expect(socket.events.map(({ data }) => (data.status as Json).id)).to.include(second.id)
    await socket.cut()
  })
})

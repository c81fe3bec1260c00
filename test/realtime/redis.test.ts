import { expect } from 'chai'
import { RedisBus } from '#realtime'
import { quietLog } from '#test/realtime-database'
import { TestRedis } from '#test/realtime-redis'
import { endDatabase, World } from '#test/realtime-world'

for (const isCluster of [false, true]) {
  describe(`Two processes with ${isCluster ? 'a Redis Cluster' : 'Redis'} between them`, function () {
    this.timeout(20_000)
    let redis: TestRedis
    let relaying: World
    let other: World
    let buses: RedisBus[]

    before(async function () {
      const started = await TestRedis.start({ isCluster })
      if (!started) return this.skip()
      redis = started
    })
    beforeEach(async () => {
      buses = [new RedisBus(redis.place, quietLog), new RedisBus(redis.place, quietLog)]
      const [one, two] = buses
      if (!one || !two) throw new Error('There are two.')
      relaying = await World.start({ bus: one })
      other = await World.start({ bus: two, isRelaying: false, surface: relaying.surface })
    })
    afterEach(async () => {
      await other.stop()
      await relaying.stop()
      for (const bus of buses) await bus.close()
    })
    after(async () => {
      await redis?.end()
      await endDatabase()
    })

    it('tell everyone everything, wherever they are connected', async () => {
      const ana = relaying.person()
      const apps = [await relaying.app('uws', ana), await other.app('uws', ana), await other.app('ws', ana)]
      for (const app of apps) await app.hello()
      await relaying.send(ana, 'one', 'two')

      for (const app of apps)
        await app.until('event', ({ event, data }) => event === 'account.noted' && data.text === 'two')
      for (const app of apps) expect(app.notes).to.deep.equal(['one', 'two'])
      // Plainly or sharded, and only what somebody listens to.
      const heard = await Promise.all(['CHANNELS', 'SHARDCHANNELS'].map((kind) => redis.say(`PUBSUB ${kind}`)))
      expect(heard.map((answer) => answer.includes(`user:${ana.id}`))).to.deep.equal([!isCluster, isCluster])
    })

    it('close the sockets of a revoked session', async () => {
      const ana = relaying.person()
      const app = await other.app('ws', ana)
      await app.hello()
      await relaying.realtime.kick({ sessionId: ana.sessionId })

      expect((await app.ended).code).to.equal(4401)
    })

    it('take no notice of what others say on their channels', async () => {
      const ana = relaying.person()
      const app = await other.app('ws', ana)
      await app.hello()
      for (const said of ['hello', '{}', '["control","","hello"]', '["control","","{}"]']) {
        await redis.say(`${isCluster ? 'SPUBLISH' : 'PUBLISH'} "{kadoink control}" ${JSON.stringify(said)}`)
      }
      await relaying.send(ana, 'one')
      await app.until('event', ({ event }) => event === 'account.noted')

      expect(app.notes).to.deep.equal(['one'])
    })

    it('let nobody have more than five sockets in both: the oldest is closed, wherever it is', async () => {
      const ana = relaying.person()
      const bo = relaying.person()
      const oldest = await other.app('ws', ana)
      const bystander = await other.app('uws', bo)
      const apps = [await relaying.app('uws', ana), await other.app('uws', ana), await relaying.app('ws', ana)]
      apps.push(await other.app('ws', ana))
      await oldest.hello()
      apps.push(await relaying.app('uws', ana))
      expect((await oldest.ended).code).to.equal(4409)
      const [second] = apps
      apps.push(await other.app('ws', ana))

      expect((await second?.ended)?.code).to.equal(4409)
      for (const app of [...apps.slice(1), bystander]) await app.hello()
      expect(relaying.realtime.stats().connections + other.realtime.stats().connections).to.equal(6)
    })

    it('count sockets apart while Redis is away, and together when it is back', async () => {
      const ana = relaying.person()
      await redis.fall()
      const there = []
      for (let app = 0; app < 5; app++) there.push(await other.app('ws', ana))
      const here = []
      for (let app = 0; app < 4; app++) here.push(await relaying.app('uws', ana))
      for (const app of [...there, ...here]) await app.hello()
      await redis.rise()

      expect(await Promise.all(there.slice(0, 4).map(async (app) => (await app.ended).code))).to.deep.equal(
        Array(4).fill(4409),
      )
      for (const app of [...there.slice(4), ...here]) app.say({ type: 'ping' })
      for (const app of [...there.slice(4), ...here]) await app.until('pong')
    })

    it('keep those who came before Redis did, and tell them what was said until then', async () => {
      const { place } = redis
      await redis.fall()
      const early = [new RedisBus(place, quietLog), new RedisBus(place, quietLog)] as const
      buses.push(...early)
      const first = await World.start({ bus: early[0] })
      const second = await World.start({ bus: early[1], isRelaying: false, surface: first.surface })
      try {
        const ana = first.person()
        const apps = [await second.app('ws', ana), await second.app('uws', ana)]
        for (const app of apps) await app.hello()
        await first.send(ana, 'early')
        await redis.rise()
        await first.send(ana, 'late')

        for (const app of apps) {
          await app.until('event', ({ event, data }) => event === 'account.noted' && data.text === 'late')
          expect(app.notes).to.deep.equal(['early', 'late'])
        }
      } finally {
        await second.stop()
        await first.stop()
      }
    })

    it('tell what Redis told nobody while they were cut off from it', async () => {
      const ana = relaying.person()
      const apps = [await relaying.app('uws', ana), await other.app('ws', ana)]
      for (const app of apps) await app.hello()
      await relaying.send(ana, 'before')
      for (const app of apps) await app.until('event', ({ event }) => event === 'account.noted')
      await redis.cutListeners()
      await relaying.send(ana, 'unheard')

      for (const app of apps) {
        await app.until('event', ({ event, data }) => event === 'account.noted' && data.text === 'unheard')
        expect(app.notes).to.deep.equal(['before', 'unheard'])
      }
    })

    it('lose nothing when Redis dies and comes back', async () => {
      const ana = relaying.person()
      const app = await other.app('ws', ana)
      await app.hello()
      await relaying.send(ana, 'before')
      await app.until('event')
      await redis.fall()
      await relaying.send(ana, 'during 1', 'during 2')
      const late = await other.app('uws', ana)
      await late.hello()
      await redis.rise()
      await relaying.send(ana, 'after')
      for (const each of [app, late]) {
        await each.until('event', ({ event, data }) => event === 'account.noted' && data.text === 'after')
      }

      expect(app.notes).to.deep.equal(['before', 'during 1', 'during 2', 'after'])
      expect(late.notes).to.deep.equal(['after'])
      const cursors = app.events.map(({ cursor }) => cursor)
      expect(cursors).to.deep.equal([...new Set(cursors)].sort())
    })
  })
}

import { expect } from 'chai'
import { AILMENTS, ChaosProxy } from '#test/chaos-proxy'
import { Follower } from '#test/follower'
import { TagSaid } from '#test/realtime-surface'
import { doors, endDatabase, World } from '#test/realtime-world'

/** The whole size takes minutes; the suite is content with less. */
const isWhole = process.env.WHOLE_SIZE === '1'
const CLIENTS = isWhole ? 100 : 30
const EVENTS = isWhole ? 5_000 : 1_000
const CUTS = isWhole ? 20 : 5
const CHANNELS = 10

describe('A bad network', function () {
  this.timeout(isWhole ? 600_000 : 60_000)
  let world: World
  let networks: readonly ChaosProxy[]
  let apps: readonly { readonly app: Follower; readonly network: ChaosProxy }[]

  before(async () => {
    world = await World.start({ settings: { framesPerTenSeconds: 10_000, upgradesPerMinute: 100_000 } })
    networks = await Promise.all(doors.map((door) => ChaosProxy.before(world.port(door))))
  })
  after(async () => {
    for (const { app } of apps) app.stop()
    for (const network of networks) await network.close()
    await world.stop()
    await endDatabase()
  })

  const channels = Array.from({ length: CHANNELS }, (_, index) => `tag:${index}`)
  const say = (from: number, to: number) =>
    world.database.write(async (unit) => {
      for (let number = from; number < to; number++) {
        unit.emit(TagSaid, { text: String(number) }, [channels[number % CHANNELS] ?? ''])
      }
    })

  it(`loses nothing, swaps nothing and doubles nothing for ${CLIENTS} apps that are cut ${CUTS} times each`, async () => {
    apps = Array.from({ length: CLIENTS }, (_, index) => {
      const network = networks[index % networks.length] as ChaosProxy
      const { id, token } = world.person()
      const user = world.surface.tokens.get(token) as object
      world.surface.tokens.set(token, { ...user, channels: [`user:${id}`, ...channels] } as never)
      const url = () => `ws://127.0.0.1:${network.port}${world.surface.path}`
      return { network, app: new Follower({ url, protocol: 'test.v1', token, patienceMs: 300 }) }
    })
    await Promise.all(apps.map(({ app }) => app.until(() => app.isLive)))

    const witness = apps[0]?.app as Follower
    const perRound = Math.ceil(EVENTS / (CUTS + 1))
    let said = 0
    for (let round = 0; said < EVENTS; round++) {
      const until = Math.min(EVENTS, said + perRound)
      // Each is cut at a moment of its own, most of them in the middle of being told something.
      const plan = apps.map((one, index) => ({
        ...one,
        ailment: AILMENTS[(index + round) % AILMENTS.length] ?? 'reset',
        at: said + Math.floor(Math.random() * (until - said)),
        lives: one.app.lives,
      }))
      while (said < until) {
        const next = Math.min(until, said + 1 + Math.floor(Math.random() * 10))
        await say(said, next)
        for (const { app, network, ailment, at } of plan) {
          if (round < CUTS && at >= said && at < next) network.befall(app.port, ailment)
        }
        said = next
      }
      if (round >= CUTS) continue
      // The slow ones are given up by nobody: they fall silent in the end.
      for (const { app, network, ailment } of plan) if (ailment === 'slow') network.befall(app.port, 'reset')
      await Promise.all(plan.map(({ app, lives }) => app.until(() => app.isLive && app.lives > lives)))
    }
    await Promise.all(apps.map(({ app }) => app.until(() => app.events.at(-1)?.data.text === String(EVENTS - 1))))

    const numbers = Array.from({ length: EVENTS }, (_, number) => number)
    for (const { app } of apps) {
      expect(app.resyncs).to.deep.equal([])
      expect(app.closes.length).to.be.at.least(CUTS)
      expect(app.events.map(({ data }) => Number(data.text))).to.deep.equal(numbers)
    }
    expect(witness.events).to.have.length(EVENTS)
  })
})

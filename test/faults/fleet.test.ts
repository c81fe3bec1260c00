import { expect } from 'chai'
import { Fleet, Writer } from '#test/fleet'
import type { Follower } from '#test/follower'
import type { Started } from '#test/kit-processes'
import type { Person } from '#test/people'

/** The whole size takes minutes; the suite is content with less. */
const isWhole = process.env.WHOLE_SIZE === '1'
const AWAY_MS = isWhole ? 60_000 : 4_000
const FROZEN_MS = isWhole ? 30_000 : 0

/** An outage lasts: these are real processes, which live by the machine's clock. */
const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('Two web processes under load', function () {
  this.timeout(isWhole ? 240_000 : 90_000)
  let fleet: Fleet
  let people: readonly Person[]
  let writers: readonly Writer[]
  let apps: readonly (readonly Follower[])[]

  before(async function () {
    this.timeout(180_000)
    const started = await Fleet.start({ webs: 2, workers: 2, people: 5 })
    if (!started) return this.skip()
    fleet = started
    people = fleet.people.slice(0, 4)
  })
  beforeEach(async () => {
    apps = people.map((person, index) => [fleet.follow(person, index), fleet.follow(person, index + 1)])
    await Promise.all(apps.flat().map((app) => app.until(() => app.isLive)))
    writers = people.map((person, index) => new Writer(person, fleet.webs, turn++ + index * 10))
    await Promise.all(
      writers.map((_, index) => apps[index]?.[0]?.until(() => (apps[index]?.[0]?.events.length ?? 0) > 1)),
    )
  })
  afterEach(async () => {
    await Promise.all(writers.map((writer) => writer.stop()))
    for (const app of apps.flat()) app.stop()
  })
  after(() => fleet?.end())

  let turn = 0
  const idsOf = (app: Follower) => app.events.map(({ data }) => (data.contact as { id: string }).id)

  /** Wait until everybody has had so much more acknowledged. */
  async function writeOn(count = 1): Promise<void> {
    await Promise.all(writers.map((writer) => writer.more(count)))
  }

  /** Stop writing; every app has then heard of everything that was acknowledged, once and in order. */
  async function expectAllHeard(): Promise<void> {
    await Promise.all(writers.map((writer) => writer.stop()))
    for (const [index, { acknowledged }] of writers.entries()) {
      for (const app of apps[index] ?? []) {
        await app.until(() => idsOf(app).includes(acknowledged.at(-1) ?? ''))
        const heard = idsOf(app)
        expect(heard).to.have.length(new Set(heard).size)
        expect(heard.filter((id) => acknowledged.includes(id))).to.deep.equal(acknowledged)
        expect(app.resyncs).to.deep.equal([])
      }
    }
  }

  it(`write on while Redis is dead for ${AWAY_MS / 1000} s, and catch up within 5 s of its return`, async () => {
    await fleet.redis.fall()
    await pass(AWAY_MS)
    const before = writers.map(({ acknowledged }) => acknowledged.at(-1) ?? '')
    await fleet.redis.rise()
    const back = performance.now()
    for (const [index, id] of before.entries()) {
      for (const app of apps[index] ?? []) await app.until(() => idsOf(app).includes(id))
    }
    const caughtUpMs = performance.now() - back
    await expectAllHeard()

    expect(writers.flatMap(({ refused }) => refused)).to.deep.equal([])
    expect(caughtUpMs).to.be.below(5_000)
  })

  it('lose nothing that was acknowledged when PostgreSQL is killed and comes back, and none of them ends', async () => {
    await fleet.postgres.kill()
    await pass(AWAY_MS / 2)
    await fleet.postgres.rise()
    await writeOn()
    await expectAllHeard()

    const refused = new Set(writers.flatMap((writer) => writer.refused))
    expect([...refused].filter((status) => status !== '503')).to.deep.equal([])
    for (const { url, process } of fleet.webs) {
      expect(await Promise.race([process.exit, fetch(`${url}/health`).then(({ status }) => status)])).to.equal(200)
    }
    for (const worker of fleet.workers) expect(await Promise.race([worker.exit, pass(0)])).to.equal(undefined)
  })

  it('close the sockets of whoever signs out within a second, wherever they are', async () => {
    const leaver = fleet.people[4]
    if (!leaver) throw new Error('There are five.')
    const open = [0, 1, 2, 3].map((index) => fleet.follow(leaver, index))
    await Promise.all(open.map((app) => app.until(() => app.isLive)))
    const status = await signOut(leaver)
    const began = performance.now()
    await Promise.all(open.map((app) => app.until(() => app.closes.length > 0)))
    const tookMs = performance.now() - began
    for (const app of open) app.stop()

    expect(status).to.be.within(200, 299)
    expect(open.map((app) => app.closes[0])).to.deep.equal([4401, 4401, 4401, 4401])
    expect(tookMs).to.be.below(1_000)
  })

  async function signOut({ token, ip }: Person): Promise<number> {
    const headers = { Authorization: `Bearer ${token}`, 'X-Forwarded-For': ip }
    return (await fetch(`${fleet.webs[0]?.url}/api/v1/auth/logout`, { method: 'POST', headers })).status
  }

  it('lose no request and no event when they are restarted one after the other', async () => {
    for (const web of fleet.webs) {
      expect(await web.process.stop()).to.equal(0)
      await web.restart()
    }
    await expectAllHeard()

    expect(writers.flatMap(({ refused }) => refused)).to.deep.equal([])
  })

  /** The worker that leads the relay. */
  function leader(): Started {
    const [newest] = [...fleet.workers].sort((a, b) => b.lastSaid('relay: leading') - a.lastSaid('relay: leading'))
    if (!newest) throw new Error('Nobody leads.')
    return newest
  }

  it(`are told by another worker when the one that leads is frozen, and nothing twice when it thaws`, async () => {
    const frozen = leader()
    frozen.signal('SIGSTOP')
    const began = performance.now()
    await writeOn(2)
    const since = writers.map(({ acknowledged }) => acknowledged.at(-1) ?? '')
    for (const [index, app] of apps.entries())
      await app[0]?.until(() => idsOf(app[0] as Follower).includes(since[index] ?? ''))
    expect(leader()).not.to.equal(frozen)
    await pass(Math.max(0, FROZEN_MS - (performance.now() - began)))
    frozen.signal('SIGCONT')
    // What it would tell again, it tells while the others write on.
    await writeOn(3)
    await expectAllHeard()

    expect(writers.flatMap(({ refused }) => refused)).to.deep.equal([])
  })

  it('are told by another worker when the one that leads is killed', async () => {
    const killed = leader()
    killed.signal('SIGKILL')
    await killed.exit
    await writeOn()
    await expectAllHeard()

    expect(leader()).not.to.equal(killed)
    expect(writers.flatMap(({ refused }) => refused)).to.deep.equal([])
  })
})

import { expect } from 'chai'
import type { RestFaults } from '#simulator'
import type { Carrier } from '#telephony'
import { callWith, onCall, ringsOf, sameTime } from '#test/calls-stage'
import { mailPerson } from '#test/kadoink-accounts'
import { carrierOf, reconcile } from '#test/reconcile-stage'
import { PASSWORD, World } from '#test/world'

/** What the carrier's API does in turn: it takes an order and says nothing, breaks, has too much to do, and all at once. */
const MOODS: readonly RestFaults[] = [
  { timeoutAfterEffect: 1 },
  { status500: 1 },
  { status429: 2 },
  { timeoutAfterEffect: 2 },
  { status429: 3, status500: 1, timeoutAfterEffect: 1 },
]

describe('A carrier that takes orders and does not say so', () => {
  let world: World
  let carrier: Carrier

  before(async function () {
    this.timeout(60_000)
    world = await World.start({ CARRIER_TIMEOUT_MS: '300' })
    carrier = carrierOf(world)
  })
  after(() => world.end())
  beforeEach(() => sameTime(world))
  afterEach(() => world.carrier.faults.clear())

  /** Time goes by for everybody, and the carrier is asked what became of the orders, as it is every few seconds. */
  async function timePasses(): Promise<void> {
    world.carrier.faults.clear()
    for (const seconds of [6, 16]) {
      await world.moveClock(seconds)
      await reconcile(world, carrier)
    }
    await world.pass(6)
    await sameTime(world)
  }

  /** How often each of some numbers was rung, or texted the same thing. */
  const rings = (numbers: readonly string[]) => numbers.map((number) => ringsOf(world, number).length)
  const textsTo = (number: string) =>
    world.carrier
      .messages()
      .filter(({ to }) => to === number)
      .map(({ body }) => body)

  it('rings everybody once, in whatever mood it is', async function () {
    this.timeout(60_000)
    for (const mood of MOODS) {
      const host = await world.person('Ana')
      await world.settle()
      const guests = Array.from({ length: 3 }, () => world.freshNumber())
      // Once when the host is rung, and once more when the guests are.
      world.carrier.faults.rest(mood)
      await callWith(
        host,
        guests.map((mobile, index) => ({ mobile, name: `Guest ${index}` })),
      )
      world.carrier.faults.rest(mood)
      await world.pass(3)
      await timePasses()

      expect(rings([host.mobile, ...guests]), JSON.stringify(mood)).to.deep.equal([1, 1, 1, 1])
      expect(Object.values(await onCall(host))).to.deep.equal(['joined', 'joined', 'joined', 'joined'])
      await host.delete('/calls/active')
      await world.settle()
    }
  })

  it('texts nobody the same code twice, and texts it at all when it took the order', async function () {
    this.timeout(60_000)
    for (const mood of MOODS) {
      const mobile = world.freshNumber()
      world.carrier.faults.rest(mood)
      const asked = await world.visitor().post('/auth/register', {
        username: `new${mobile.slice(-7)}`,
        name: 'New',
        mobile,
        password: PASSWORD,
      })
      expect(asked.status).to.equal(202)
      await world.settle()
      await timePasses()
      const codes = textsTo(mobile)
      expect(codes.length, JSON.stringify(mood)).to.be.at.most(1)
      if (mood.status500 === undefined) expect(codes, JSON.stringify(mood)).to.have.lengthOf(1)
    }
  })

  it('texts nobody the same words twice', async function () {
    this.timeout(60_000)
    for (const mood of MOODS) {
      const eve = await mailPerson(world)
      const mobile = world.freshNumber()
      await eve.put('/me/mobile', { mobile })
      await eve.post('/me/mobile/codes', {})
      await world.textsArrive()
      world.carrier.faults.rest(mood)
      const { status } = await eve.post('/me/mobile/verify', { code: world.codeOn(mobile) })
      expect(status).to.equal(200)
      await world.settle()
      await timePasses()
      const words = textsTo(mobile).filter((body) => body.startsWith('Welcome'))
      expect(words.length, JSON.stringify(mood)).to.be.at.most(1)
      if (mood.status500 === undefined) expect(words, JSON.stringify(mood)).to.have.lengthOf(1)
    }
  })

  it('reads a code aloud to nobody twice', async function () {
    this.timeout(60_000)
    for (const mood of MOODS) {
      const eve = await mailPerson(world)
      const mobile = world.freshNumber()
      await eve.put('/me/mobile', { mobile })
      await world.settle()
      world.carrier.faults.rest(mood)
      expect((await eve.post('/me/mobile/codes', { channel: 'voice' })).status).to.equal(202)
      await world.settle()
      await timePasses()
      expect(ringsOf(world, mobile).length, JSON.stringify(mood)).to.be.at.most(1)
      if (mood.status500 === undefined) expect(rings([mobile]), JSON.stringify(mood)).to.deep.equal([1])
    }
  })

  it('leaves no order in doubt', async () => {
    await timePasses()
    const states = await world.running.database.sql('orders').distinct('state').pluck('state')
    expect(states).to.have.members(['sent', 'failed'])
  })
})

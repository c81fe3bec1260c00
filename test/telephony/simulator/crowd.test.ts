import { expect } from 'chai'
import { VirtualClock } from '#telephony/simulator/clock'
import { acceptThenJoin, openWorld, response, type World } from './world.ts'

const ORDERS_AT_ONCE = 25

describe('a crowd', function () {
  this.timeout(60_000)
  let world: World

  beforeEach(async () => {
    world = await openWorld()
  })
  afterEach(() => world.close())

  /** Order a call to each of so many people. */
  async function call(people: number): Promise<void> {
    for (let first = 0; first < people; first += ORDERS_AT_ONCE) {
      const some = Array.from({ length: Math.min(ORDERS_AT_ONCE, people - first) }, (_, index) => first + index)
      await Promise.all(some.map((index) => world.call(`+1555${2_000_100 + index * 10}`)))
    }
  }

  it('of 500 is called at once, and each of them is told of', async () => {
    world.app.on('/voice', response('<Say>Hello</Say>'))
    await call(500)
    await world.advance(10)

    expect(world.app.at('/voice')).to.have.length(500)
    expect(world.told('/status', 'CallStatus').filter((status) => status === 'completed')).to.have.length(500)
    const found = await world.client.calls.list({ pageSize: 100 })
    expect(new Set(found.map(({ sid }) => sid)).size).to.equal(500)
  })

  it('of 250 meets in one room, and that is as many as go in', async () => {
    acceptThenJoin(world.app, 'room')
    await call(251)
    await world.advance(10)

    const [room] = await world.client.conferences.list()
    const people = await world.client.conferences(room?.sid ?? '').participants.list({ pageSize: 100 })
    expect(people).to.have.length(250)
    expect(world.violations()).to.eql(["16020 conference 'room' is full"])
    await world.client.conferences(room?.sid ?? '').update({ status: 'completed' })
    await world.sim.settle()
    const events = world.told('/room', 'StatusCallbackEvent')
    expect(events.filter((event) => event === 'participant-leave')).to.have.length(250)
    expect(world.told('/room', 'SequenceNumber')).to.eql(events.map((_, index) => String(index + 1)))
  })
})

describe('a clock with many timers', () => {
  it('fires 200,000 in their order, but for those that were cancelled', async () => {
    const clock = new VirtualClock('manual')
    const start = clock.now().getTime()
    const fired: number[] = []
    const alarms = Array.from({ length: 200_000 }, (_, index) => {
      // A stride without a common divisor visits every second once, in no order.
      const seconds = 1 + ((index * 7919) % 200_000)
      return { seconds, alarm: clock.after(seconds, () => fired.push((clock.now().getTime() - start) / 1000)) }
    })
    for (const { seconds, alarm } of alarms) if (seconds % 4 !== 0) alarm.cancel()
    await clock.advance(100_000)

    expect(fired).to.have.length(25_000)
    expect(fired.every((second, index) => second === (index + 1) * 4)).to.equal(true)
    clock.close()
  })

  it('keeps those of one moment in the order in which they were set, whatever is cancelled between', async () => {
    const clock = new VirtualClock('manual')
    const fired: number[] = []
    const alarms = Array.from({ length: 1000 }, (_, index) => {
      return clock.after(5, () => fired.push(index), { background: index % 2 === 0 })
    })
    for (let index = 0; index < 1000; index += 3) alarms[index]?.cancel()
    await clock.advance(5)
    expect(fired).to.eql([...alarms.keys()].filter((index) => index % 3 !== 0))
    clock.close()
  })
})

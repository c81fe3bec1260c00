import { expect } from 'chai'
import { defineEffect } from '#kit/consumer'
import { type Found, Lookout } from '#kit/lookout'
import { ORIGIN } from '#kit/outbox'
import { effect, Outbox, Passed } from '#test/kit-relay'
import { Gate } from '#test/realtime-surface'

const counting = effect(() => {})
/** Many who ask for something else. */
const others = Array.from({ length: 20 }, (_, number) =>
  defineEffect(
    `other ${number}`,
    () => '',
    (on) => on(Passed, async () => {}),
  ),
)

const numbers = ({ events }: Found) => events.map(({ data }) => (data as { number: number }).number)

describe('The lookout of the relay', () => {
  let outbox: Outbox
  let lookout: Lookout

  beforeEach(async () => {
    outbox = await Outbox.open()
    lookout = new Lookout(outbox.database)
  })
  afterEach(() => outbox.close())

  const reads = () => outbox.asked.filter((sql) => /\bfrom events\b/.test(sql) && !sql.includes('as held')).length

  it('reads once for all who ask together, and anew for whoever was roused since', async () => {
    const first = lookout.find(ORIGIN, counting)
    await outbox.count(1)
    lookout.rouse()
    const [second, third] = await Promise.all([lookout.find(ORIGIN, counting), lookout.find(ORIGIN, counting)])
    await first
    expect([second, third].map(numbers)).to.deep.equal([[1], [1]])
    expect(reads()).to.equal(2)
    await lookout.find(ORIGIN, counting)
    expect(reads(), 'when a reading is over').to.equal(3)
  })

  it('gives everybody what they ask for, and how far they have read', async () => {
    await outbox.count(1)
    const found = await lookout.find(ORIGIN, counting)
    expect([numbers(found), found.isMore]).to.deep.equal([[1], false])
    const { events } = await lookout.find(found.reached, counting)
    expect(events, 'for whoever has read it').to.deep.equal([])
    for (const other of others) expect((await lookout.find(ORIGIN, other)).events).to.deep.equal([])
  })

  it('reads so many at once, and apart for those who are elsewhere', async () => {
    await outbox.database.write(async (unit) => {
      for (let number = 0; number < 200; number++) unit.emit(Passed, {}, [])
    })
    await outbox.count(1)
    const start = await lookout.find(ORIGIN, counting)
    expect(start).to.deep.include({ events: [], isMore: true })
    const [again, rest] = await Promise.all([lookout.find(ORIGIN, counting), lookout.find(start.reached, counting)])
    expect(again).to.deep.equal(start)
    expect(numbers(rest)).to.deep.equal([1])
    expect(rest.isMore).to.equal(false)
  })

  it('spares those who have nothing to read a question each time that something is told', async () => {
    const heard = new Gate()
    const relay = outbox.relay([effect(() => heard.open()), ...others])
    await relay.untilSettled()
    outbox.asked.length = 0
    await outbox.count(1)
    // Asking whether all is settled would rouse them again.
    await heard.opened
    expect(reads()).to.be.within(1, 3)
  })
})

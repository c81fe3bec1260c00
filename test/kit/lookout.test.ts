import { expect } from 'chai'
import { defineEffect } from '#kit/consumer'
import { Lookout } from '#kit/lookout'
import { ORIGIN } from '#kit/outbox'
import { effect, Outbox, Passed } from '#test/kit-relay'

const counting = effect(() => {})
/** Many who ask for something else. */
const others = Array.from({ length: 20 }, (_, number) =>
  defineEffect(
    `other ${number}`,
    () => '',
    (on) => on(Passed, async () => {}),
  ),
)

describe('The lookout of the relay', () => {
  let outbox: Outbox
  let lookout: Lookout

  beforeEach(async () => {
    outbox = await Outbox.open()
    lookout = new Lookout({ database: outbox.database, cursors: () => [ORIGIN] })
  })
  afterEach(() => outbox.close())

  it('looks once for all who ask together, and anew for whoever was roused since', async () => {
    const first = lookout.look()
    expect(lookout.look()).to.equal(first)
    await outbox.count(1)
    lookout.rouse()
    const second = lookout.look()
    expect(second).not.to.equal(first)
    expect(lookout.look()).to.equal(second)
    await first
    expect((await second).holds(ORIGIN, counting)).to.equal(true)
    expect(lookout.look(), 'when a look is over').not.to.equal(second)
  })

  it('tells who may have something to read, and who has nothing', async () => {
    await outbox.count(1)
    const { until, holds } = await lookout.look()
    expect(holds(ORIGIN, counting)).to.equal(true)
    expect(holds(until, counting), 'for whoever has read it').to.equal(false)
    for (const other of others) expect(holds(ORIGIN, other)).to.equal(false)
  })

  it('knows nothing of what lies beyond so many events, or before its beginning, and says so', async () => {
    const [other = counting] = others
    await outbox.database.write(async (unit) => {
      for (let number = 0; number < 200; number++) unit.emit(Passed, {}, [])
    })
    expect((await lookout.look()).holds(ORIGIN, counting)).to.equal(true)
    const { until } = await lookout.look()
    const later = new Lookout({ database: outbox.database, cursors: () => [until] })
    await outbox.count(1)
    expect((await later.look()).holds(ORIGIN, other), 'who is further behind').to.equal(true)
    expect((await later.look()).holds(until, other)).to.equal(false)
  })

  it('spares those who have nothing to read a question each time that something is told', async () => {
    const heard: number[] = []
    const relay = outbox.relay([effect((number) => void heard.push(number)), ...others])
    await relay.untilSettled()
    outbox.asked.length = 0
    await outbox.count(1)
    await relay.untilSettled()
    expect(heard).to.deep.equal([1])
    const reads = outbox.asked.filter((sql) => sql.startsWith('select id, name, xid, seq, at, data from events'))
    expect(reads.length).to.be.within(1, 3)
  })
})

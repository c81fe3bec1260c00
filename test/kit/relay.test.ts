import { expect } from 'chai'
import type { Broadcast } from '#kit/consumer'
import { Unavailable } from '#kit/fault'
import { listParked, retryParked, wantParked } from '#kit/parked'
import { Signal } from '#kit/signal'
import type { Unit } from '#kit/unit'
import { readableLog } from '#test/kit-place'
import { effect, emit, Outbox, Passed, teller } from '#test/kit-relay'
import { Gate } from '#test/realtime-surface'

describe('The relay', () => {
  let outbox: Outbox

  beforeEach(async () => {
    outbox = await Outbox.open()
  })
  afterEach(() => outbox.close())

  it('loses nothing of a slow transaction that commits late, and tells it where it ended', async () => {
    const heard: number[] = []
    const relay = outbox.relay([effect((number) => void heard.push(number))])
    const slow = new Gate()
    const hasWritten = new Gate()
    const late = outbox.database.write(async (unit) => {
      emit(unit, 1)
      await unit.sql('told').insert({ number: 1 })
      hasWritten.open()
      await slow.opened
    })
    await hasWritten.opened
    await outbox.count(2, 3)
    // With breath in between: one that does not lead yet answers at once, and could never begin to.
    for (; !(await relay.caughtUp()); await new Promise(setImmediate)) relay.wake()
    expect(heard).to.deep.equal([])

    slow.open()
    await late
    await relay.untilSettled()
    expect(heard).to.deep.equal([2, 3, 1])
  })

  it('tells what happened under a lock in the order in which it was held, whoever began to write first', async () => {
    const { database } = outbox
    await database.sql.raw('create table shared (id integer); insert into shared values (1)')
    const lock = (unit: Unit) => unit.sql.raw('select * from shared where id = 1 for update')
    const [hasWritten, holds, mayGo] = [new Gate(), new Gate(), new Gate()]
    const second = database.write(async (unit) => {
      // Written before it waits: from here on the transaction has its number.
      await unit.sql.raw('insert into shared values (2)')
      hasWritten.open()
      await holds.opened
      await lock(unit)
      emit(unit, 2)
    })
    await hasWritten.opened
    const first = database.write(async (unit) => {
      await lock(unit)
      emit(unit, 1)
      holds.open()
      await mayGo.opened
    })
    await holds.opened
    while (!(await outbox.isSomeoneWaiting()));
    mayGo.open()
    await Promise.all([first, second])

    const heard: number[] = []
    const relay = outbox.relay([effect((number) => void heard.push(number))])
    await relay.untilSettled()
    expect(heard).to.deep.equal([1, 2])
  })

  it('tells every event of a long backlog once and in order, also behind many that are not heard', async () => {
    await outbox.database.write(async (unit) => {
      for (let number = 0; number < 450; number++) unit.emit(Passed, {}, [])
      for (let number = 0; number < 450; number++) emit(unit, number)
    })
    const numbers = Array.from({ length: 450 }, (_, number) => number)
    const heard: number[] = []
    const published: number[] = []
    const broadcast: Broadcast = {
      kind: 'broadcast',
      name: 'broadcast',
      publish: async (events) => {
        published.push(...events.map(({ data }) => (data as { number: number }).number))
      },
    }
    const relay = outbox.relay([effect((number) => void heard.push(number)), broadcast, teller()])
    await relay.untilSettled()
    expect(heard).to.deep.equal(numbers)
    expect(published).to.deep.equal(numbers)
    expect(await outbox.told()).to.deep.equal(numbers)
  })

  it('folds events exactly once when a fold fails in the middle', async () => {
    let failures = 2
    await outbox.database.write(async (unit) => {
      for (const number of [1, 2, 3, 4, 5]) emit(unit, number)
    })
    const relay = outbox.relay([
      teller((number) => {
        if (number === 3 && failures-- > 0) throw new Error('Not yet.')
      }),
    ])
    await relay.untilSettled()
    expect(await outbox.told()).to.deep.equal([1, 2, 3, 4, 5])
  })

  it('folds events exactly once when a leader is deposed in the middle of a fold', async () => {
    const holding = new Gate()
    const inMiddle = new Gate()
    await outbox.count(1, 2)
    const first = outbox.relay([
      teller(async (number) => {
        if (number !== 2) return
        inMiddle.open()
        await holding.opened
      }),
    ])
    await inMiddle.opened
    const second = outbox.relay([teller()])
    await outbox.cutLeader()
    while (!(await outbox.isSomeoneWaiting()));
    holding.open()
    await second.untilSettled()
    await first.stop()
    expect(await outbox.told()).to.deep.equal([1, 2])
  })

  it('has one leader; another takes over when its connection is cut, and carries on where it was', async () => {
    const heard: string[] = []
    const one = outbox.relay([effect((number) => void heard.push(`one ${number}`))])
    await one.untilSettled()
    const other = outbox.relay([effect((number) => void heard.push(`other ${number}`))])
    await outbox.count(1)
    await one.untilSettled()
    expect([one.leading, other.leading]).to.deep.equal([true, false])

    await one.stop()
    await outbox.count(2)
    await other.untilSettled()
    expect(heard).to.deep.equal(['one 1', 'other 2'])

    await outbox.cutLeader()
    await outbox.count(3)
    await other.untilSettled()
    expect(heard).to.deep.equal(['one 1', 'other 2', 'other 3'])
  })

  it('has another leader when the first one’s connection stands and says nothing', async () => {
    const heard: string[] = []
    // Its heartbeat comes once in minutes, and those who stand by wait for a tenth of a second.
    const one = outbox.relay([effect((number) => void heard.push(`one ${number}`))], { silentMs: 600_000 })
    await one.untilSettled()
    const other = outbox.relay([effect((number) => void heard.push(`other ${number}`))], { silentMs: 100 })
    while (!other.leading) await new Signal().wait(10)
    await outbox.count(1)
    await other.untilSettled()

    expect(heard).to.deep.equal(['other 1'])
    expect(one.leading).to.equal(false)
  })

  it('keeps its leader while that one says something now and then', async () => {
    const one = outbox.relay([effect(() => {})], { silentMs: 500 })
    await one.untilSettled()
    const other = outbox.relay([effect(() => {})], { silentMs: 500 })
    await new Signal().wait(2_500)

    expect([one.leading, other.leading]).to.deep.equal([true, false])
  })

  it('is woken by another process that has written events', async () => {
    const heard = new Gate()
    const relay = outbox.relay([effect(() => heard.open())], { pollMs: 3_600_000 })
    await relay.untilSettled()
    const other = outbox.another()
    await other.write(async (unit) => emit(unit, 1))
    await heard.opened
  })

  it('tries an effect again until it works', async () => {
    const tries: number[] = []
    const relay = outbox.relay(
      [
        effect((number) => {
          tries.push(number)
          if (tries.length < 4) throw new Error('Not yet.')
        }),
      ],
      { pauseMs: () => 1 },
    )
    await outbox.count(1, 2)
    await relay.untilSettled()
    expect(tries).to.deep.equal([1, 1, 1, 1, 2])
    expect(await outbox.database.sql('parked_events')).to.have.length(0)
  })

  it('parks what fails too often, and goes on', async () => {
    const heard: number[] = []
    const sick = effect((number) => {
      heard.push(number)
      if (number === 1) throw new Error('Never.')
    })
    const relay = outbox.relay([sick], { parkAfter: 3, pauseMs: () => 1 })
    await outbox.count(1, 2)
    await relay.untilSettled()
    expect(heard).to.deep.equal([1, 1, 1, 2])
    const parked = await outbox.database.sql('parked_events').select('consumer', 'name', 'error', 'data')
    expect(parked).to.deep.equal([
      { consumer: 'effect', name: 'thing.counted', error: 'Error: Never.', data: { number: 1, lane: 'a' } },
    ])
  })

  it('tries again what was parked and is wanted, once, and forgets it when it works', async () => {
    let isCured = false
    const sick = effect((number, { id }) => {
      if (!isCured) throw new Error(`Not ${number} of ${id}.`)
    })
    const relay = outbox.relay([sick], { parkAfter: 1 })
    await outbox.count(1, 2)
    await relay.untilSettled()
    const { database } = outbox
    const parked = () => database.read((view) => listParked(view, 10))
    const [one, other] = await parked()
    if (!one || !other) throw new Error('Nothing was parked.')
    const round = () => retryParked({ database, log: readableLog().log }, [sick])

    await round()
    expect(await parked(), 'nobody wants it').to.deep.equal([one, other])
    expect(await database.write((unit) => wantParked(unit, one.eventId))).to.deep.equal(['effect'])
    await round()
    expect((await parked()).map(({ error, isWanted }) => [error, isWanted])).to.deep.equal([
      [one.error, false],
      [other.error, false],
    ])
    isCured = true
    await database.write((unit) => wantParked(unit, one.eventId))
    await round()
    expect(await parked()).to.deep.equal([other])
  })

  it('never parks what only has to wait', async () => {
    let tries = 0
    const away = effect(() => {
      if (++tries < 10) throw Unavailable()
    })
    const relay = outbox.relay([away], { parkAfter: 3, pauseMs: () => 1 })
    await outbox.count(1)
    await relay.untilSettled()
    expect(tries).to.equal(10)
    expect(await outbox.database.sql('parked_events')).to.have.length(0)
  })

  it('does not let a sick consumer, or a slow lane, hold up the others', async () => {
    const heard = new Signal()
    const others: string[] = []
    const slow = new Gate()
    const sick = effect(() => {
      throw new Error('Sick.')
    }, 'sick')
    const lanes = effect(async (number) => {
      if (number === 1) await slow.opened
      others.push(`lane ${number}`)
      heard.fire()
    }, 'lanes')
    await outbox.database.write(async (unit) => {
      emit(unit, 1, 'slow')
      emit(unit, 2, 'quick')
      emit(unit, 3, 'slow')
    })
    const told = heard.wait(15_000)
    outbox.relay([sick, lanes, teller()], { pauseMs: () => 60_000 })
    await told
    expect(others).to.deep.equal(['lane 2'])
    while ((await outbox.told()).length < 3);

    slow.open()
    while (others.length < 3) await heard.wait(15_000)
    expect(others).to.deep.equal(['lane 2', 'lane 1', 'lane 3'])
  })

  it('stops at once, also while it waits to try again', async () => {
    const failed = new Gate()
    const sick = effect(() => {
      failed.open()
      throw new Error('Sick.')
    })
    const relay = outbox.relay([sick], { pauseMs: () => 3_600_000 })
    await outbox.count(1)
    await failed.opened
    await relay.stop()
    expect(relay.leading).to.equal(false)
  })
})

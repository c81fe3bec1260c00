import { expect } from 'chai'
import fc from 'fast-check'
import * as turns from '#domain/turns'
import { Pace } from '#telephony/pace'
import { mostInASecond } from '#test/dialling-stage'
import { QueuePlace, StillClock } from '#test/turns-stage'

const names = (released: readonly { name: string }[]) => released.map(({ name }) => name)
const times = (released: readonly { at: number }[]) => released.map(({ at }) => at)

describe('Those who wait to be rung', function () {
  this.timeout(60_000)
  let place: QueuePlace

  afterEach(() => place.close())

  describe('at two a second', () => {
    beforeEach(async () => {
      place = await QueuePlace.open(2)
    })

    it('are let through owner by owner: whoever comes later does not wait for all who came before', async () => {
      await place.wait('ana', 5)
      place.worker()
      await place.settle()
      await place.pass(1000, 500)
      await place.wait('bo', 2)
      await place.wait('cy', 1)
      await place.pass(4000, 500)
      const order = names(await place.released())
      expect(order.slice(0, 3)).to.deep.equal(['ana 1', 'ana 2', 'ana 3'])
      expect(order.slice(3)).to.deep.equal(['bo 1', 'cy 1', 'ana 4', 'bo 2', 'ana 5'])
    })

    it('begin a new round where the last one ended: who had a turn just now is not first again', async () => {
      place.worker()
      await place.wait('ana', 1)
      await place.settle()
      await place.wait('bo', 1)
      await place.pass(500)
      for (const host of ['bo', 'ana']) await place.wait(host, 1)
      await place.pass(1000, 500)
      expect(names(await place.released())).to.deep.equal(['ana 1', 'bo 1', 'ana 2', 'bo 2'])
    })

    it('go after those for whom somebody waits already', async () => {
      await place.wait('ana', 3)
      await place.wait('bo', 2, { isUrgent: true })
      place.worker()
      await place.pass(3000, 500)
      expect(names(await place.released())).to.deep.equal(['bo 1', 'bo 2', 'ana 1', 'ana 2', 'ana 3'])
    })

    it('are two in a second and never three, however many workers there are and whenever they look', async () => {
      await place.wait('ana', 30)
      for (let count = 0; count < 4; count++) place.worker()
      await place.settle()
      await place.pass(5040, 70)
      const released = times(await place.released())
      expect(mostInASecond(released)).to.equal(2)
      expect(released).to.have.lengthOf(10)
    })

    it('are not made up for: nobody was let through for a while, and then they come one by one all the same', async () => {
      const worker = place.worker()
      await place.wait('ana', 9)
      await place.settle()
      await place.stop(worker)
      await place.pass(60_000)
      place.worker()
      await place.settle()
      expect(await place.released()).to.have.lengthOf(2)
      await place.pass(499)
      expect(await place.released()).to.have.lengthOf(2)
      await place.pass(1)
      expect(mostInASecond(times(await place.released()))).to.equal(2)
      expect(await place.released()).to.have.lengthOf(3)
    })

    it('keep the rate over a restart', async () => {
      const worker = place.worker()
      await place.wait('ana', 4)
      await place.settle()
      await place.stop(worker)
      place.worker()
      await place.settle()
      expect(names(await place.released())).to.deep.equal(['ana 1'])
      await place.pass(1500, 500)
      expect(names(await place.released())).to.deep.equal(['ana 1', 'ana 2', 'ana 3', 'ana 4'])
    })

    it('are one when ten ask for the next at the same moment', async () => {
      await place.wait('ana', 10)
      const databases = Array.from({ length: 5 }, () => place.another())
      const given = await Promise.all(
        [...databases, ...databases].map((database) => database.write((unit) => turns.release(unit))),
      )
      expect(given.filter((turn) => turn !== null)).to.have.lengthOf(1)
      await Promise.all(databases.map((database) => database.close()))
    })

    it('take no turn when they are cancelled, and the others move up', async () => {
      await place.wait('ana', 4)
      await place.wait('bo', 2)
      place.worker()
      await place.settle()
      await place.database.write((unit) => turns.cancelLegs(unit, [place.idOf('ana 2')]))
      await place.database.write((unit) => turns.cancelLegs(unit, [place.idOf('bo 1')]))
      expect({ ...(await place.forecast('ana')), ...(await place.forecast('bo')) }).to.deep.equal({
        'bo 2': 1,
        'ana 3': 1,
        'ana 4': 2,
      })
      await place.pass(2000, 500)
      expect(names(await place.released())).to.deep.equal(['ana 1', 'bo 2', 'ana 3', 'ana 4'])
    })

    it('are passed over while somebody is about to cancel them: the rate waits for nobody', async () => {
      await place.wait('ana', 1)
      await place.wait('bo', 1)
      const holder = await place.database.sql.transaction()
      await holder('ring_turns')
        .where({ participant_id: place.idOf('ana 1') })
        .forUpdate()
      place.worker()
      while ((await place.released()).length === 0) await place.settle()
      expect(names(await place.released())).to.deep.equal(['bo 1'])
      await holder.rollback()
      await place.pass(500)
      expect(names(await place.released())).to.deep.equal(['bo 1', 'ana 1'])
    })

    it('keep their place when they are asked for again, and wait anew when their turn came to nothing', async () => {
      const again = (name: string, owner: string) =>
        place.database.write(async (unit) => {
          const ring = { kind: 'leg', callId: callId, participantId: place.idOf(name) } as const
          await turns.queue(unit, [{ owner, isUrgent: false, ring }])
        })
      await place.wait('ana', 2)
      const { call_id: callId, owner } = await place.database.sql('ring_turns').first('call_id', 'owner')
      await again('ana 1', owner)
      const first = await place.database.write((unit) => turns.release(unit))
      expect(first?.ring).to.include({ participantId: place.idOf('ana 1') })

      await again('ana 1', owner)
      const stands = (id = '') => place.database.write((unit) => turns.take(unit, id))
      expect(await stands(first?.id)).to.equal(false)
      place.worker()
      await place.pass(1000, 500)
      expect(names(await place.released())).to.deep.equal(['ana 1', 'ana 2', 'ana 1'])
    })

    it('are let through again when the database was away', async () => {
      await place.wait('ana', 2)
      const worker = place.worker()
      await place.settle()
      await place.outage(async () => {
        place.clock.move(500)
        while (!worker.lines.some(({ msg }) => String(msg).startsWith('turnstile: no turn given out')))
          await new Promise(setImmediate)
      })
      await place.settle()
      expect(names(await place.released())).to.deep.equal(['ana 1', 'ana 2'])
    })
  })

  it('are not held up by a last turn from a clock that has been set back since', async () => {
    place = await QueuePlace.open(1)
    place.worker()
    await place.wait('ana', 2)
    await place.settle()
    place.clock.move(-3_600_000)
    await place.settle()
    expect(names(await place.released())).to.have.members(['ana 1', 'ana 2'])
  })

  it('are forecast as they come: the order is the one that was promised, whoever waits', async () => {
    place = await QueuePlace.open(1)
    place.worker()
    const hosts = ['ana', 'bo', 'cy', 'di']
    const groups = fc.array(fc.record({ host: fc.constantFrom(...hosts), phones: fc.integer({ min: 1, max: 4 }) }), {
      minLength: 1,
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(groups, async (waiting) => {
        const before = (await place.released()).length
        for (const { host, phones } of waiting) await place.wait(host, phones)
        await place.settle()
        const began = place.clock.now().getTime()
        const forecasts = await Promise.all(hosts.map((host) => place.forecast(host)))
        const promised = Object.entries(Object.assign({}, ...forecasts) as Record<string, number>)
        await place.pass(promised.length * 1000, 1000)
        const given = (await place.released()).slice(before).filter(({ at }) => at > began)
        expect(given.map(({ name, at }) => [name, (at - began) / 1000])).to.deep.equal(
          promised.sort(([, one], [, other]) => one - other),
        )
        await place.pass(1000)
      }),
      { numRuns: 12, seed: 7 },
    )
  })

  it('wait behind what the carrier queues itself, which is told too', async () => {
    place = await QueuePlace.open(1)
    await place.wait('ana', 3)
    const turn = await place.database.write((unit) => turns.release(unit))
    await place.database.write((unit) => turns.close(unit, turn?.id ?? '', { queuedMs: 4200 }))
    expect(await place.forecast('ana')).to.deep.equal({ 'ana 1': 5, 'ana 2': 6, 'ana 3': 7 })
    place.clock.move(4200)
    expect(await place.forecast('ana')).to.deep.equal({ 'ana 2': 0, 'ana 3': 1 })
  })
})

describe('Orders on their way to the carrier', () => {
  it('keep their distance whatever brings them together, in the order in which they come', async () => {
    const clock = new StillClock()
    const pace = new Pace(2, clock)
    const sent: [string, number][] = []
    const began = clock.now().getTime()
    const send = (name: string) => pace.turn().then(() => sent.push([name, clock.now().getTime() - began]))
    const all = Promise.all(['a', 'b', 'c'].map(send))
    for (let step = 0; step < 20; step++) {
      await new Promise(setImmediate)
      clock.move(100)
    }
    await all
    await send('d')
    expect(sent).to.deep.equal([
      ['a', 0],
      ['b', 500],
      ['c', 1000],
      ['d', 2000],
    ])
  })

  it('wait for a gap at most when the clock is set back', async () => {
    const clock = new StillClock()
    const pace = new Pace(1, clock)
    await pace.turn()
    clock.move(-3_600_000)
    const next = pace.turn()
    await new Promise(setImmediate)
    clock.move(1000)
    await next
  })
})

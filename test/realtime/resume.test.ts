import { expect } from 'chai'
import { horizon, ORIGIN, outboxState, readHeard } from '#kit/outbox'
import { decodeCursor, encodeCursor } from '#realtime'
import type { Client } from '#test/realtime-client'
import { Gate, NoteSent, Riddle } from '#test/realtime-surface'
import { doors, endDatabase, type Person, World } from '#test/realtime-world'

describe('Somebody who comes back', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  beforeEach(() => {
    ana = world.person()
  })
  afterEach(() => {
    world.surface.renderGate = () => undefined
  })
  after(async () => {
    await world.stop()
    await endDatabase()
  })

  const texts = (count: number, word: string) => Array.from({ length: count }, (_, index) => `${word} ${index + 1}`)
  const note = (text: string) => (frame: { event: string; data: Record<string, unknown> }) =>
    frame.event === 'account.noted' && frame.data.text === text

  for (const door of doors) {
    const other = door === 'uws' ? 'ws' : 'uws'

    describe(`through the ${door} door`, () => {
      /** An app that has heard a note and was cut off. */
      async function cutOff(): Promise<Client> {
        const app = await world.app(other, ana)
        await app.hello()
        await world.send(ana, 'before')
        await app.until('event', note('before'))
        await app.cut()
        return app
      }

      async function comeBack(cursor: string): Promise<Client> {
        const app = await world.app(door, ana)
        app.say({ type: 'hello', id: 1, cursor })
        return app
      }

      async function expectResync(cursor: string, reason: string): Promise<void> {
        const app = await comeBack(cursor)
        const welcome = await app.next()
        const resync = await app.next()
        expect(welcome).to.include({ type: 'welcome', replay: 0 })
        expect(resync).to.include({ type: 'resync', reason })
        expect(await app.next()).to.include({ type: 'live', cursor: resync.cursor })
        await world.send(ana, 'after all')
        await app.until('event', note('after all'))
        expect(app.notes).to.deep.equal(['after all'])
      }

      it('hears what was said meanwhile, in order, then what is said now', async () => {
        const away = await cutOff()
        await world.send(ana, ...texts(5, 'missed'))
        await world.settled()
        const app = await comeBack(away.cursor)
        const welcome = await app.until('welcome')
        await app.until('live')
        await world.send(ana, 'now')
        await app.until('event', note('now'))

        expect(welcome).to.include({ replay: 10, cursor: away.cursor })
        expect(app.notes).to.deep.equal([...texts(5, 'missed'), 'now'])
        const cursors = app.heard.slice(1).map(({ cursor }) => cursor)
        expect(cursors).to.deep.equal([...cursors].sort())
        expect(new Set(cursors).size).to.equal(cursors.length)
      })

      it('hears the rest of an event whose first frame was the last thing heard', async () => {
        const away = await cutOff()
        const first = away.events.find(({ event }) => event === 'inbox.note')
        const app = await comeBack(first?.cursor ?? '')
        await app.until('live')

        expect(app.events.map(({ event }) => event)).to.deep.equal(['account.noted'])
      })

      it('hears a slow transaction that commits after a fast one, behind it', async () => {
        const away = await cutOff()
        const gate = new Gate()
        const started = new Gate()
        const slow = world.database.write(async (unit) => {
          await unit.sql.raw('select pg_current_xact_id()')
          started.open()
          await gate.opened
          unit.emit(NoteSent, { text: 'slow', owner: ana.id }, [`user:${ana.id}`])
        })
        await started.opened
        await world.send(ana, 'fast')
        const app = await comeBack(away.cursor)
        const welcome = await app.until('welcome')
        await app.until('live')
        gate.open()
        await slow
        await app.until('event', note('fast'))

        expect(welcome.replay).to.equal(0)
        expect(app.notes).to.deep.equal(['fast', 'slow'])
      })

      it('hears each thing once, also what is said while the past is told', async () => {
        const away = await cutOff()
        const witness = await world.app(other, ana)
        await witness.hello()
        await world.send(ana, 'missed')
        await witness.until('event', note('missed'))
        const [reading, gate] = [new Gate(), new Gate()]
        world.surface.renderGate = () => {
          world.surface.renderGate = () => undefined
          reading.open()
          return gate.opened
        }
        const app = await comeBack(away.cursor)
        await reading.opened
        await world.send(ana, 'meanwhile 1', 'meanwhile 2')
        await witness.until('event', note('meanwhile 2'))
        gate.open()
        await app.until('live')
        await world.send(ana, 'now')
        await app.until('event', note('now'))

        expect(app.notes).to.deep.equal(['missed', 'meanwhile 1', 'meanwhile 2', 'now'])
        const order = app.heard.map(({ type, data }) => (type === 'event' ? data.text : type))
        expect(order.indexOf('live')).to.be.greaterThan(order.indexOf('missed'))
        expect(order.indexOf('live')).to.be.lessThan(order.indexOf('meanwhile 1'))
      })

      it('is not told again what the relay repeats', async () => {
        const app = await world.app(door, ana)
        await app.hello()
        await world.send(ana, 'one')
        await app.until('event', note('one'))
        const { sql } = world.database
        const recent = await readHeard(sql, { after: ORIGIN, until: await horizon(sql), limit: 10_000 })
        await world.realtime.broadcast.publish(recent, (await outboxState(sql)).epoch)
        await world.send(ana, 'two')
        await app.until('event', note('two'))

        expect(app.notes).to.deep.equal(['one', 'two'])
      })

      it('goes on when an event cannot be told at all', async () => {
        const away = await cutOff()
        await world.database.write(async (unit) => unit.emit(Riddle, { owner: ana.id }, [`user:${ana.id}`]))
        await world.send(ana, 'missed')
        const app = await comeBack(away.cursor)
        await app.until('event', note('missed'))

        expect(app.notes).to.deep.equal(['missed'])
      })

      it('hears 1,000 frames again, and is told to begin afresh after more', async () => {
        const away = await cutOff()
        const batch = (count: number) =>
          world.database.write(async (unit) => {
            for (const text of texts(count, 'missed')) {
              unit.emit(NoteSent, { text, owner: ana.id }, [`user:${ana.id}`])
            }
          })
        await batch(500)
        await world.settled()
        const app = await comeBack(away.cursor)
        const welcome = await app.until('welcome')
        await app.until('live')
        await batch(1)
        await world.settled()

        expect(welcome.replay).to.equal(1_000)
        expect(app.notes.slice(0, 500)).to.deep.equal(texts(500, 'missed'))
        await expectResync(away.cursor, 'too_much')
      })

      it('begins afresh with the cursor of somebody else', async () => {
        const bo = world.person()
        const bos = await world.app(other, bo)
        await bos.hello()
        await world.send(bo, 'before')
        await bos.until('event', note('before'))

        await expectResync(bos.cursor, 'cursor_unknown')
      })

      for (const garbage of ['', 'c_', 'c_zzz', 'hello', `c_${'~'.repeat(35)}`, `c_${'z'.repeat(35)}`]) {
        it(`begins afresh with "${garbage}" for a cursor`, () => expectResync(garbage, 'cursor_unknown'))
      }

      it('begins afresh with a cursor of the future', async () => {
        const cursor = decodeCursor((await cutOff()).cursor)
        if (!cursor) throw new Error('That is no cursor.')
        const position = { ...cursor.position, xid: cursor.position.xid + 1_000_000n }

        await expectResync(encodeCursor({ ...cursor, position }), 'cursor_unknown')
      })

      it('begins afresh with a cursor from before the database was restored', async () => {
        const cursor = decodeCursor((await cutOff()).cursor)
        if (!cursor) throw new Error('That is no cursor.')

        await expectResync(encodeCursor({ ...cursor, epoch: '00c0ffee' }), 'cursor_unknown')
      })

      it('begins afresh with a cursor of before what is kept', async () => {
        const away = await cutOff()
        const { xid } = await horizon(world.database.sql)
        await world.database.sql('outbox_state').update({ floor_xid: String(xid), floor_seq: 0 })
        await world.send(ana, 'kept')

        await expectResync(away.cursor, 'cursor_expired')
        await world.database.sql('outbox_state').update({ floor_xid: '0', floor_seq: 0 })
      })
    })
  }
})

describe('Somebody whose process hears late of what was written', () => {
  for (const door of doors) {
    it(`is told it once through the ${door} door, from history or from the relay`, async () => {
      const world = await World.start({ isRelaying: false })
      try {
        const ana = world.person()
        const start = await world.app(door, ana)
        const welcome = await start.hello()
        await world.send(ana, 'unheard')

        const resumed = await world.app(door, ana)
        await resumed.hello({ cursor: welcome.cursor })
        const fresh = await world.app(door, ana)
        await fresh.hello()
        world.startRelay()
        await start.until('event')
        await world.send(ana, 'heard')
        for (const app of [start, resumed, fresh]) await app.until('event', ({ data }) => data.text === 'heard')

        expect(start.notes).to.deep.equal(['unheard', 'heard'])
        expect(resumed.notes).to.deep.equal(['unheard', 'heard'])
        expect(fresh.notes).to.deep.equal(['heard'])
      } finally {
        await world.stop()
      }
    })
  }
  after(endDatabase)
})

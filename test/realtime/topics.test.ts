import { expect } from 'chai'
import type { Client, Heard } from '#test/realtime-client'
import { Gate } from '#test/realtime-surface'
import { doors, endDatabase, type Person, World } from '#test/realtime-world'

describe('A call on the screen', () => {
  let world: World
  let ana: Person
  let bo: Person

  before(async () => {
    world = await World.start({ settings: { onDemandTopics: 2 } })
  })
  beforeEach(() => {
    ana = world.person()
    bo = world.person()
    for (const call of ['1', '2', '3']) world.surface.calls.set(call, { steps: 7, seenBy: new Set([ana.id]) })
  })
  after(async () => {
    await world.stop()
    await endDatabase()
  })

  async function ask(app: Client, frame: Record<string, unknown>): Promise<Heard> {
    app.say({ id: 2, ...frame })
    for (;;) {
      const answer = await app.next()
      if (answer.id === 2) return answer
    }
  }
  const step = (wanted: number) => (frame: Heard) => frame.data.step === wanted

  for (const door of doors) {
    describe(`through the ${door} door`, () => {
      let app: Client

      beforeEach(async () => {
        app = await world.app(door, ana)
        await app.hello()
      })

      it('is there as it is now, and then moves', async () => {
        const subscribed = await ask(app, { type: 'subscribe', topic: 'call:1' })
        await world.move('1', 8)
        await world.move('2', 9)
        await world.send(ana, 'done')
        await app.until('event', ({ data }) => data.text === 'done')

        expect(subscribed).to.deep.include({ type: 'subscribed', snapshot: { call: { id: '1', steps: 7 } } })
        expect(app.events[0]).to.deep.include({ topic: 'call:1', event: 'call.moved', data: { call: '1', step: 8 } })
        expect(app.events.filter(({ event }) => event === 'call.moved')).to.have.length(1)
      })

      it('is shown before anything that comes while it is looked up, and nothing of that is lost', async () => {
        const witness = await world.app(door, ana)
        await witness.hello()
        const [looking, gate] = [new Gate(), new Gate()]
        let looks = 0
        world.surface.onResolve = () => {
          // The first look asks whether it may be seen, the second what is there.
          if (++looks < 2) return undefined
          looking.open()
          return gate.opened
        }
        app.say({ type: 'subscribe', id: 2, topic: 'call:1' })
        await looking.opened
        await world.move('1', 8)
        await world.send(ana, 'meanwhile')
        await witness.until('event', ({ event }) => event === 'account.noted')
        world.surface.onResolve = () => undefined
        gate.open()
        await app.until('event', ({ event }) => event === 'account.noted')

        const order = app.heard.slice(3).map(({ type, event }) => event ?? type)
        expect(order).to.deep.equal(['subscribed', 'call.moved', 'inbox.note', 'account.noted'])
      })

      it('does not keep the rest waiting: all topics stay in one order', async () => {
        for (let round = 1; round <= 10; round++) {
          await Promise.all([
            ask(app, { type: round % 2 === 1 ? 'subscribe' : 'unsubscribe', topic: 'call:1' }),
            world.send(ana, `note ${round}`),
            world.move('1', round),
          ])
        }
        await world.send(ana, 'done')
        await app.until('event', ({ data }) => data.text === 'done')

        const cursors = app.heard.map(({ cursor }) => cursor).filter((cursor) => cursor !== undefined)
        expect(app.notes).to.have.length(11)
        expect(cursors.slice(1)).to.deep.equal([...new Set(cursors.slice(1))].sort())
      })

      it('is no longer heard of when it leaves the screen', async () => {
        await ask(app, { type: 'subscribe', topic: 'call:1' })
        const answer = await ask(app, { type: 'unsubscribe', topic: 'call:1' })
        await world.move('1', 8)
        await world.send(ana, 'done')
        await app.until('event', ({ data }) => data.text === 'done')

        expect(answer).to.include({ type: 'unsubscribed', topic: 'call:1' })
        expect(app.events.filter(({ event }) => event === 'call.moved')).to.have.length(0)
      })

      it('is heard of twice by a participant, as theirs and as the one on the screen', async () => {
        await ask(app, { type: 'subscribe', topic: 'call:1' })
        await world.move('1', 8, ana)
        await world.move('1', 9, ana)
        await app.until('event', step(9))
        await app.until('event', step(9))

        expect(app.events.map(({ topic }) => topic).sort()).to.deep.equal(['call', 'call', 'call:1', 'call:1'])
      })

      it('may be the last thing heard before coming back', async () => {
        await ask(app, { type: 'subscribe', topic: 'call:1' })
        await world.move('1', 8)
        await app.until('event', step(8))
        await app.cut()
        await world.send(ana, 'missed')
        await world.settled()
        const again = await world.app(door, ana)
        const welcome = await again.hello({ cursor: app.cursor })

        expect(welcome.replay).to.equal(2)
        expect(again.notes).to.deep.equal(['missed'])
      })

      for (const [topic, code] of [
        ['call:77', 'not_found'],
        ['dance:1', 'topic_unknown'],
        ['inbox:1', 'topic_unknown'],
      ] as const) {
        it(`is refused as ${code} when it is "${topic}"`, async () => {
          const refusal = await ask(app, { type: 'subscribe', topic })

          expect(refusal.type).to.equal('error')
          expect(refusal.error.code).to.equal(code)
          expect((await ask(app, { type: 'ping' })).type).to.equal('pong')
        })
      }

      it('is refused to somebody who is not in it', async () => {
        const bos = await world.app(door, bo)
        await bos.hello()

        expect((await ask(bos, { type: 'subscribe', topic: 'call:1' })).error.code).to.equal('not_allowed')
      })

      it('is refused before hello', async () => {
        const early = await world.app(door, ana)

        expect((await ask(early, { type: 'subscribe', topic: 'call:1' })).error.code).to.equal('validation_failed')
      })

      it('is refused when there are too many already, until one leaves', async () => {
        await ask(app, { type: 'subscribe', topic: 'call:1' })
        await ask(app, { type: 'subscribe', topic: 'call:2' })
        const refusal = await ask(app, { type: 'subscribe', topic: 'call:3' })
        await ask(app, { type: 'unsubscribe', topic: 'call:1' })
        const answer = await ask(app, { type: 'subscribe', topic: 'call:3' })

        expect(refusal.error.code).to.equal('too_many_topics')
        expect(answer.type).to.equal('subscribed')
      })

      it('may be joined by an own topic that was not asked for before', async () => {
        const narrow = await world.app(door, ana)
        await narrow.hello({ topics: ['call'] })
        await world.send(ana, 'unheard')
        await app.until('event', ({ event }) => event === 'account.noted')
        const answer = await ask(narrow, { type: 'subscribe', topic: 'inbox' })
        await world.send(ana, 'heard')
        await narrow.until('event')

        expect(answer.type).to.equal('subscribed')
        expect(narrow.notes).to.deep.equal(['heard'])
      })

      it('tells of somebody who speaks to those who are there, without a cursor', async () => {
        await ask(app, { type: 'subscribe', topic: 'call:1' })
        await world.realtime.tell(world.surface, 'call:1', {
          topic: 'call:1',
          event: 'call.speaking',
          data: { who: 'Bo' },
        })
        const frame = await app.until('event')

        expect(frame).to.deep.include({ event: 'call.speaking', transient: true, data: { who: 'Bo' } })
        expect(frame).not.to.have.property('cursor')
      })
    })
  }
})

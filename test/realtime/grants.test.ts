import { expect } from 'chai'
import type { LiveUser } from '#kit/live'
import { CallMoved, Gate, Granted, NoteSent, TagSaid } from '#test/realtime-surface'
import { doors, endDatabase, type Person, World } from '#test/realtime-world'

describe('Somebody who gains something while connected', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(async () => {
    await world.stop()
    await endDatabase()
  })

  /** From the next look at the token on, the person may do more; the event says so. */
  async function grant({ id, token }: Person, changes: Partial<LiveUser>): Promise<void> {
    const user = world.surface.tokens.get(token)
    world.surface.tokens.set(token, { ...(user as LiveUser), ...changes })
    await world.database.write(async (unit) => unit.emit(Granted, { owner: id }, [`user:${id}`]))
  }
  const say = (tag: string, text: string) =>
    world.database.write(async (unit) => unit.emit(TagSaid, { text }, [`tag:${tag}`]))

  for (const door of doors) {
    it(`hears a tag from the moment of following it, through the ${door} door`, async () => {
      const ana = world.person()
      const tag = `${door}-jazz`
      const app = await world.app(door, ana)
      await app.hello()
      await say(tag, 'before')
      await world.send(ana, 'before')
      await grant(ana, { channels: [`user:${ana.id}`, `tag:${tag}`] })
      await say(tag, 'one')
      await world.send(ana, 'two')
      await say(tag, 'three')
      await world.send(ana, 'four')
      await app.until('event', ({ event, data }) => event === 'account.noted' && data.text === 'four')

      const said = app.events.filter(({ topic }) => topic === 'inbox').map(({ data }) => data.text)
      expect(said).to.deep.equal(['before', 'one', 'two', 'three', 'four'])
      const cursors = app.events.map(({ cursor }) => cursor)
      expect(cursors).to.deep.equal([...new Set(cursors)].sort())
    })

    it(`hears what was said in the same breath, through the ${door} door`, async () => {
      const ana = world.person()
      const app = await world.app(door, ana)
      await app.hello()
      await world.send(ana, 'before')
      await app.until('event', ({ event }) => event === 'account.noted')
      await world.database.write(async (unit) => {
        const channels = [`user:${ana.id}`]
        unit.emit(NoteSent, { text: 'in one breath', owner: ana.id }, channels)
        unit.emit(Granted, { owner: ana.id }, channels)
      })
      await world.send(ana, 'after')
      await app.until('event', ({ event, data }) => event === 'account.noted' && data.text === 'after')

      expect(app.notes).to.deep.equal(['before', 'in one breath', 'after'])
    })

    it(`misses nothing between two gains that are looked at one after the other, through the ${door} door`, async () => {
      const ana = world.person()
      const app = await world.app(door, ana)
      await app.hello()
      const [looks, looked, reads, read] = [new Gate(), new Gate(), new Gate(), new Gate()]
      world.surface.onCheck = () => {
        world.surface.onCheck = () => undefined
        looks.open()
        return looked.opened
      }
      await grant(ana, {})
      await looks.opened
      await world.send(ana, 'one')
      await world.settled()
      // The first look reads the past up to here, and is held up while the next gain comes.
      world.surface.renderGate = () => {
        world.surface.renderGate = () => undefined
        reads.open()
        return read.opened
      }
      looked.open()
      await reads.opened
      await world.send(ana, 'two')
      await grant(ana, {})
      await world.settled()
      read.open()
      await world.send(ana, 'three')
      await app.until('event', ({ event, data }) => event === 'account.noted' && data.text === 'three')

      expect(app.notes).to.deep.equal(['one', 'two', 'three'])
      expect(app.events.filter(({ event }) => event === 'account.granted')).to.have.length(2)
    })

    it(`hears all topics once a gate has opened, through the ${door} door`, async () => {
      const ana = world.person({ topics: new Set(['account']) })
      const app = await world.app(door, ana)
      await app.hello()
      await world.send(ana, 'before')
      await grant(ana, { topics: new Set(world.surface.topics) })
      await world.send(ana, 'after')
      await app.until('event', ({ event, data }) => event === 'account.noted' && data.text === 'after')

      expect(app.notes).to.deep.equal(['after'])
    })

    it(`hears a tag that was followed between sign-in and hello, through the ${door} door`, async () => {
      const ana = world.person()
      const tag = `${door}-blues`
      const witness = await world.app(door, ana)
      await witness.hello()
      const app = await world.app(door, ana)
      await grant(ana, { channels: [`user:${ana.id}`, `tag:${tag}`] })
      await say(tag, 'long ago')
      await witness.until('event', ({ event }) => event === 'inbox.said')
      await app.hello()
      await say(tag, 'one')
      const said = await app.until('event', ({ event }) => event === 'inbox.said')

      expect(said.data.text).to.equal('one')
    })

    it(`stops hearing a topic that it asked for and may not watch any more, through the ${door} door`, async () => {
      const ana = world.person()
      const call = `${door}-call`
      const seenBy = new Set([ana.id])
      world.surface.calls.set(call, { steps: 0, seenBy })
      const app = await world.app(door, ana)
      await app.hello()
      app.say({ type: 'subscribe', id: 2, topic: `call:${call}` })
      await app.until('subscribed')
      seenBy.delete(ana.id)
      await grant(ana, {})
      expect(await app.until('unsubscribed')).to.include({ topic: `call:${call}` })
      await world.database.write(async (unit) => unit.emit(CallMoved, { call, step: 1 }, [`call:${call}`]))
      await world.send(ana, 'after')
      await app.until('event', ({ event, data }) => event === 'account.noted' && data.text === 'after')

      expect(app.events.filter(({ event }) => event === 'call.moved')).to.deep.equal([])
    })
  }
})

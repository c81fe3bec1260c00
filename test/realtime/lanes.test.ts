import { setImmediate } from 'node:timers/promises'
import { expect } from 'chai'
import fc from 'fast-check'
import { Lane, Lanes, type Parcel } from '#realtime'
import type { Client } from '#test/realtime-client'
import { TagSaid } from '#test/realtime-surface'
import { doors, endDatabase, World } from '#test/realtime-world'

/** A socket that notes what it is told. */
class Ear {
  readonly lane: NotedLane
  readonly subjects = new Set<string>()
  readonly heard: number[] = []
  readonly due: number[] = []

  constructor(lane: NotedLane) {
    this.lane = lane
    lane.ears.push(this)
  }
}

class NotedLane extends Lane<number> {
  readonly ears: Ear[] = []

  putOut(parcels: readonly Parcel<number>[]): void {
    for (const { subject, load } of parcels) {
      for (const ear of this.ears) if (ear.subjects.has(subject)) ear.heard.push(load)
    }
  }
}

/** Turns of the event loop until everybody has heard everything. */
async function turnsUntil(isOver: () => boolean): Promise<number> {
  let turns = 0
  while (!isOver()) {
    await setImmediate()
    turns++
  }
  return turns
}

describe('A text for thousands', () => {
  const crowd = (size: number) => {
    const lanes = new Lanes((number) => new NotedLane(number))
    const ears = Array.from({ length: size }, () => new Ear(lanes.seat()))
    const join = (ear: Ear, subject: string) => {
      lanes.join(ear.lane, subject)
      ear.subjects.add(subject)
    }
    const leave = (ear: Ear, subject: string) => {
      lanes.leave(ear.lane, subject)
      ear.subjects.delete(subject)
    }
    const publish = (subject: string, load: number) => {
      for (const ear of ears) if (ear.subjects.has(subject)) ear.due.push(load)
      lanes.publish({ subject, load, letters: 1, isTransient: false })
    }
    return { lanes, ears, join, leave, publish }
  }

  it('goes out over several turns of the event loop, and one for few in the same one', async () => {
    const { ears, join, publish } = crowd(5_000)
    for (const ear of ears) join(ear, 'big')
    const [first] = ears
    if (!first) throw new Error('There are thousands.')
    join(first, 'small')
    publish('small', 1)
    expect(first.heard).to.deep.equal([1])

    publish('big', 2)
    expect(ears.filter(({ heard }) => heard.includes(2)).length).to.be.below(600)
    expect(await turnsUntil(() => ears.every(({ heard, due }) => heard.length === due.length))).to.be.above(5)
  })

  it('does not keep one for few waiting until the last of them has heard it', async () => {
    const { ears, join, publish } = crowd(5_000)
    for (const ear of ears) join(ear, 'big')
    const last = ears.at(-1)
    if (!last) throw new Error('There are thousands.')
    join(last, 'small')
    publish('big', 1)
    publish('small', 2)

    expect(await turnsUntil(() => last.heard.length === 2)).to.be.below(3)
    expect(last.heard).to.deep.equal([1, 2])
    expect(ears.some(({ heard }) => heard.length === 0)).to.equal(true)
  })

  it('is heard by each in order, whoever comes, goes and is told other things meanwhile', async () => {
    const act = fc.record({
      what: fc.constantFrom('publish', 'publish', 'publish', 'join', 'leave', 'turn', 'put out'),
      subject: fc.constantFrom('a', 'b', 'c'),
      who: fc.nat(599),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
        const { lanes, ears, join, leave, publish } = crowd(600)
        for (const [place, ear] of ears.entries()) {
          join(ear, 'a')
          if (place % 2 === 0) join(ear, 'b')
        }
        for (const [load, { what, subject, who }] of acts.entries()) {
          const ear = ears[who] as Ear
          if (what === 'publish') publish(subject, load)
          else if (what === 'turn') await setImmediate()
          else if (what === 'put out') lanes.putOut(ear.lane)
          else if (what === 'join' && !ear.subjects.has(subject)) join(ear, subject)
          else if (what === 'leave' && ear.subjects.has(subject)) leave(ear, subject)
        }
        await turnsUntil(() => ears.every(({ lane }) => lane.waiting.length === 0))
        for (const { heard, due } of ears) expect(heard).to.deep.equal(due)
      }),
      { numRuns: 40 },
    )
  })
})

describe('A tag with hundreds of followers', function () {
  this.timeout(40_000)
  let world: World

  before(async () => {
    world = await World.start({ settings: { framesPerTenSeconds: 1_000 } })
  })
  after(async () => {
    await world.stop()
    await endDatabase()
  })

  const FOLLOWERS = 600

  for (const door of doors) {
    it(`is told of over several turns, each app in order with what is its own, through the ${door} door`, async () => {
      const tag = `tag:${door}`
      const people = Array.from({ length: FOLLOWERS }, () => {
        const person = world.person()
        const user = world.surface.tokens.get(person.token)
        world.surface.tokens.set(person.token, { ...(user as object), channels: [`user:${person.id}`, tag] } as never)
        return person
      })
      const apps: Client[] = []
      for (let from = 0; from < FOLLOWERS; from += 50) {
        apps.push(...(await Promise.all(people.slice(from, from + 50).map((person) => world.app(door, person)))))
      }
      await Promise.all(apps.map((app) => app.hello()))
      const say = (text: string) => world.database.write(async (unit) => unit.emit(TagSaid, { text }, [tag]))
      for (let round = 1; round <= 3; round++) {
        await say(`round ${round}`)
        // Some are told things of their own, some ask for another topic: neither may overtake the round.
        await Promise.all(people.slice(0, 20).map((person) => world.send(person, `own ${round}`)))
        for (const app of apps.slice(-20)) {
          app.say({ type: round % 2 === 1 ? 'unsubscribe' : 'subscribe', id: round, topic: 'call' })
        }
      }
      await say('last')
      await Promise.all(apps.map((app) => app.until('event', ({ data }) => data.text === 'last')))

      for (const app of apps) {
        const said = app.events.filter(({ event }) => event === 'inbox.said').map(({ data }) => data.text)
        expect(said).to.deep.equal(['round 1', 'round 2', 'round 3', 'last'])
        const cursors = app.events.map(({ cursor }) => cursor)
        expect(cursors).to.deep.equal([...new Set(cursors)].sort())
      }
      expect(apps.slice(0, 20).map((app) => app.notes)).to.deep.equal(Array(20).fill(['own 1', 'own 2', 'own 3']))
    })
  }
})

import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { Follower } from '#test/follower'
import { TagSaid } from '#test/realtime-surface'
import { type DoorName, doors, endDatabase, type Person, World } from '#test/realtime-world'

const READERS = 200
const ROUNDS = 12
const PHASES = 3
const TAG = 'tag:everyone'
const MEGABYTE = 1_048_576

describe('A reader that stops reading, among two hundred', function () {
  this.timeout(60_000)
  // What others do on this machine may slow one run down; a rule that is broken is broken each time.
  this.retries(2)
  let world: World
  let readers: Follower[]
  let slow: Follower
  let slowPerson: Person

  beforeEach(async () => {
    world = await World.start({ settings: { framesPerTenSeconds: 10_000, closeWithinMs: 200 } })
    // Sent to one of them alone.
    world.surface.padding = randomBytes(400 * 1024).toString('base64')
  })
  afterEach(async () => {
    for (const reader of [...readers, slow]) reader.stop()
    await world.stop()
  })
  after(endDatabase)

  const member = () => {
    const person = world.person()
    const user = world.surface.tokens.get(person.token) as object
    world.surface.tokens.set(person.token, { ...user, channels: [`user:${person.id}`, TAG] } as never)
    return person
  }
  const follow = (door: DoorName, { token }: Person) =>
    new Follower({ url: () => world.url(door), protocol: 'test.v1', token, patienceMs: 20_000 })

  const percentile = (values: readonly number[], share: number) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0

  let said = 0
  /** Say things to everyone, and much to the one; how long the others wait for what is for everyone, milliseconds. */
  async function phase(isReading: boolean): Promise<number[]> {
    const waits: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const number = ++said
      const began = performance.now()
      await world.database.write(async (unit) => unit.emit(TagSaid, { text: String(number) }, [TAG]))
      const heard = readers.map((reader) =>
        reader
          .until(() => reader.events.at(-1)?.data.text === String(number))
          .then(() => waits.push(performance.now() - began)),
      )
      await world.send(slowPerson, `note ${number}`)
      await Promise.all(heard)
      if (isReading) await slow.until(() => slow.events.at(-1)?.data.text === `note ${number}`)
    }
    return waits
  }

  const closedAsSlow = async () => {
    const closed = await world.metrics.registry.getSingleMetricAsString('kadoink_sockets_closed_total')
    return Number(/code="4413"} (\d+)/.exec(closed)?.[1] ?? 0)
  }

  for (const door of doors) {
    it(`does not make the others wait, is closed with 4413, and resumes without a gap, through the ${door} door`, async () => {
      slowPerson = member()
      slow = follow(door, slowPerson)
      readers = Array.from({ length: READERS - 1 }, () => follow(door, member()))
      for (const reader of [...readers, slow]) await reader.until(() => reader.isLive)
      const since = slow.events.length
      const first = said + 1
      await phase(true)
      const memory = process.memoryUsage().rss
      let most = memory
      const usual: number[] = []
      const paused: number[] = []
      for (let round = 1; round <= PHASES; round++) {
        usual.push(percentile(await phase(true), 0.99))
        const { lives } = slow
        slow.pause()
        const waits = await phase(false)
        while ((await closedAsSlow()) < round) waits.push(...(await phase(false)))
        most = Math.max(most, process.memoryUsage().rss)
        paused.push(percentile(waits, 0.99))
        slow.resume()
        await slow.until(() => slow.lives > lives && slow.isLive)
      }
      await slow.until(() => slow.events.at(-1)?.data.text === `note ${said}`)

      const texts = slow.events.slice(since).map(({ data }) => data.text)
      const numbers = Array.from({ length: said - first + 1 }, (_, index) => first + index)
      expect(texts.filter((text) => !String(text).startsWith('note'))).to.deep.equal(numbers.map(String))
      expect(slow.resyncs).to.deep.equal([])
      // Who reads on too late finds the connection cut.
      expect(slow.closes.every((code) => code === 4413 || code === 1006)).to.equal(true)
      expect(await closedAsSlow()).to.equal(PHASES)
      expect(percentile(paused, 0.5) / percentile(usual, 0.5)).to.be.below(2)
      expect((most - memory) / MEGABYTE).to.be.below(150)
    })
  }
})

import type { Consumer } from './consumer.ts'
import { comparePositions, type Position } from './event.ts'
import { type Ahead, readAhead, type ToldEvent } from './outbox.ts'
import type { Database } from './unit.ts'

/** So many events are read at once. */
const AT_ONCE = 200

/** Some events for a consumer, oldest first, and how far it has read with them. */
export interface Found {
  readonly events: readonly ToldEvent[]
  readonly reached: Position
  /** Whether there is more behind them. */
  readonly isMore: boolean
  /** Of which history they are. */
  readonly epoch: string
}

/**
 * Reads the outbox once for all consumers that are roused together at one place: each commit rouses all of them, and most
 * find nothing for themselves. Whoever fell behind reads alone, and is with the others again as soon as both have read up
 * to the same horizon. Whoever joins a reading that is under way gets one that began after the last rousing, so that nobody
 * misses what they were roused for.
 */
export class Lookout {
  readonly #database: Database
  /** What is being read, by the place behind which. */
  #readings = new Map<string, Promise<Ahead>>()

  constructor(database: Database) {
    this.#database = database
  }

  /** There is something new: a reading that is under way may have seen too little. */
  rouse(): void {
    this.#readings = new Map()
  }

  /** What a consumer that has read so far reads next. */
  async find(after: Position, consumer: Consumer): Promise<Found> {
    const { events, until, epoch } = await this.#read(after)
    const isMore = events.length === AT_ONCE
    const end = (isMore && events.at(-1)?.position) || until
    const isHis = consumer.kind === 'broadcast' ? () => true : (name: string) => consumer.events.includes(name)
    return {
      events: events.filter(({ name }) => isHis(name)),
      reached: comparePositions(after, end) < 0 ? end : after,
      isMore,
      epoch,
    }
  }

  #read(after: Position): Promise<Ahead> {
    const place = `${after.xid} ${after.seq}`
    const readings = this.#readings
    const known = readings.get(place)
    if (known) return known
    const reading = readAhead(this.#database.sql, after, AT_ONCE)
    readings.set(place, reading)
    const over = () => readings.delete(place)
    reading.then(over, over)
    return reading
  }
}

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

/** What looking out needs. */
export interface LookoutOptions {
  readonly database: Database
  /** How far each consumer has read. */
  cursors(): readonly Position[]
}

/**
 * Reads the outbox once for all consumers that are roused together: each commit rouses all of them, they are all but
 * always close together, and most find nothing for themselves. Whoever joins a reading that is under way gets one that
 * began after the last rousing, so that nobody misses what they were roused for.
 */
export class Lookout {
  readonly #options: LookoutOptions
  /** What is being read, by the place behind which. */
  #readings = new Map<string, Promise<Ahead>>()

  constructor(options: LookoutOptions) {
    this.#options = options
  }

  /** There is something new: a reading that is under way may have seen too little. */
  rouse(): void {
    this.#readings = new Map()
  }

  /** What a consumer that has read so far reads next. */
  async find(after: Position, consumer: Consumer): Promise<Found> {
    const cursors = this.#options.cursors()
    const least = cursors.reduce((one, other) => (comparePositions(other, one) < 0 ? other : one), after)
    const common = await this.#read(least)
    // Whoever is ahead of the others by more than is read at once reads where they are.
    return foundIn(isBeyond(common, after) ? await this.#read(after) : common, after, consumer)
  }

  #read(after: Position): Promise<Ahead> {
    const place = `${after.xid} ${after.seq}`
    const readings = this.#readings
    const known = readings.get(place)
    if (known) return known
    const reading = readAhead(this.#options.database.sql, after, AT_ONCE)
    readings.set(place, reading)
    const over = () => readings.delete(place)
    reading.then(over, over)
    return reading
  }
}

/** Up to where a reading reaches. */
function endOf({ events, until }: Ahead): Position {
  return (events.length === AT_ONCE && events.at(-1)?.position) || until
}

function isBeyond(ahead: Ahead, place: Position): boolean {
  return ahead.events.length === AT_ONCE && comparePositions(place, endOf(ahead)) >= 0
}

function foundIn(ahead: Ahead, after: Position, consumer: Consumer): Found {
  const isHis = consumer.kind === 'broadcast' ? () => true : (name: string) => consumer.events.includes(name)
  const end = endOf(ahead)
  return {
    events: ahead.events.filter(({ name, position }) => isHis(name) && comparePositions(position, after) > 0),
    reached: comparePositions(after, end) < 0 ? end : after,
    isMore: ahead.events.length === AT_ONCE,
    epoch: ahead.epoch,
  }
}

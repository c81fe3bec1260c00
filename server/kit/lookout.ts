import type { Consumer } from './consumer.ts'
import { comparePositions, type Position } from './event.ts'
import { horizon, readNames } from './outbox.ts'
import type { Database } from './unit.ts'

/** So many events ahead of the last consumer are looked over by name. */
const AHEAD = 200

/** What there is to read at a moment. */
export interface Look {
  readonly until: Position
  /** Whether there may be something for a consumer that has read so far. */
  holds(after: Position, consumer: Consumer): boolean
}

/** What looking out needs. */
export interface LookoutOptions {
  readonly database: Database
  /** How far each consumer has read. */
  cursors(): readonly Position[]
}

/**
 * Looks at the outbox once for all consumers that are roused together: each commit rouses all of them, and most have
 * nothing to read. Whoever joins a look that is under way gets one that began after the last rousing, so that nobody
 * misses what they were roused for.
 */
export class Lookout {
  readonly #options: LookoutOptions
  #current: Promise<Look> | undefined

  constructor(options: LookoutOptions) {
    this.#options = options
  }

  /** There is something new: a look that is under way may have seen too little. */
  rouse(): void {
    this.#current = undefined
  }

  /** What there is to read now. */
  look(): Promise<Look> {
    if (this.#current) return this.#current
    const look = this.#look()
    this.#current = look
    const over = (): void => {
      if (this.#current === look) this.#current = undefined
    }
    look.then(over, over)
    return look
  }

  async #look(): Promise<Look> {
    const { cursors, database } = this.#options
    const first = cursors().reduce((least, cursor) => (comparePositions(cursor, least) < 0 ? cursor : least))
    const until = await horizon(database.sql)
    const ahead = await readNames(database.sql, { after: first, until, limit: AHEAD })
    return {
      until,
      holds(after, consumer) {
        // What lies before the look's beginning, or beyond what it has read, it knows nothing of.
        if (comparePositions(after, first) < 0 || ahead.length === AHEAD) return true
        const isHis = consumer.kind === 'broadcast' ? () => true : (name: string) => consumer.events.includes(name)
        return ahead.some(({ name, position }) => isHis(name) && comparePositions(position, after) > 0)
      },
    }
  }
}

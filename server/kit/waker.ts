import type { Knex } from 'knex'
import type { Log } from './log.ts'

/** The notification that wakes the relay that leads. */
export const CHANNEL = 'kadoink_outbox'

/**
 * Wakes the relay after commits: this process's own at once, and a leader elsewhere by NOTIFY. A NOTIFY takes a lock
 * that all committing transactions share, so many commits in a row are told of once. Where this process believes in vain
 * that it leads, the other one finds them by its poll.
 */
export class Waker {
  readonly #sql: () => Knex
  readonly #log: Log
  #isPending = false
  /** The relay of this process, when it has one. */
  local: { wake(): void; readonly leading: boolean } | undefined

  constructor(sql: () => Knex, log: Log) {
    this.#sql = sql
    this.#log = log
  }

  /** Say that there are new events. */
  readonly wake = (): void => {
    this.local?.wake()
    if (this.#isPending || this.local?.leading) return
    this.#isPending = true
    setTimeout(() => {
      this.#isPending = false
      this.#sql()
        .raw('select pg_notify(?, ?)', [CHANNEL, ''])
        .catch((error: unknown) =>
          this.#log.debug({ err: String(error) }, 'outbox: could not notify; the poll will find it'),
        )
    }, 10).unref()
  }
}

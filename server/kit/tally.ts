import type { Log } from './log.ts'

/** How a tally is kept. */
export interface TallyOptions {
  /** Add these counts to those that are kept, all of them or none. */
  readonly write: (counts: ReadonlyMap<string, number>) => Promise<void>
  readonly log: Log
  /** How long counts are gathered before they are written down. */
  readonly everyMs?: number
}

const EVERY_MS = 1_000
/** While nothing can be written down, so many keys are remembered at most. */
const MOST_KEYS = 10_000

/**
 * Counts what happens often and is not worth a wait: in memory at first, written down together once a second. Whoever
 * counts waits for nothing. A process that stops writes down what it has; one that is killed loses a second of it. While
 * the database is away counts wait for it.
 */
export class Tally {
  readonly #options: Required<TallyOptions>
  #counts = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(options: TallyOptions) {
    this.#options = { everyMs: EVERY_MS, ...options }
  }

  /** Something has happened once more, or so often. */
  count(key: string, times = 1): void {
    const known = this.#counts.get(key)
    if (known === undefined && this.#counts.size >= MOST_KEYS) return
    this.#counts.set(key, (known ?? 0) + times)
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.everyMs).unref()
  }

  /** Write down what is counted by now; resolves when that has been done or has failed. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<void> {
    const counts = this.#counts
    if (counts.size === 0) return
    this.#counts = new Map()
    try {
      await this.#options.write(counts)
    } catch (error) {
      this.#options.log.warn({ err: String(error) }, 'tally: counts could not be written down, they wait')
      for (const [key, times] of counts) this.count(key, times)
    }
  }
}

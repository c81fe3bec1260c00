import type { Clock } from './clock.ts'
import type { LiveEvent, Resync } from './frames.ts'
import { type Backoff, jitter } from './pauses.ts'

/** Who is told. A handler may answer with a promise: the next thing is told when it is settled. */
export interface Handlers {
  onEvent?: ((event: LiveEvent) => unknown) | undefined
  onResync?: ((resync: Resync) => unknown) | undefined
  onCursor?: ((cursor: string | null) => unknown) | undefined
  onError?: ((error: unknown) => void) | undefined
}

/** What telling takes. */
export interface DeliveryOptions extends Handlers {
  readonly cursor: string | null
  readonly clock: Clock
  readonly random: () => number
}

/** Between two tries to read the state anew. */
const READINGS: Backoff = { firstMs: 1_000, longestMs: 30_000 }

/**
 * Tells the app what the socket says: each thing once, one after the other, in order, over all connections. The cursor
 * is given to be kept when what lies before it has been handled, so that an app that dies hears again what it had not.
 */
export class Delivery {
  readonly #options: DeliveryOptions
  #heard: string | null
  #work: Promise<void> = Promise.resolve()
  #isStopped = false
  #wake: () => void = () => {}

  constructor(options: DeliveryOptions) {
    this.#options = options
    this.#heard = options.cursor
  }

  /** Up to where things have been heard: what to resume from. */
  get heard(): string | null {
    return this.#heard
  }

  /** An event. One that is not newer than the last is dropped. */
  event(event: LiveEvent): void {
    const { cursor } = event
    if (cursor !== undefined) {
      if (this.#heard !== null && cursor <= this.#heard) return
      this.#heard = cursor
    }
    this.#then(async () => {
      await this.#try(() => this.#options.onEvent?.(event))
      if (cursor !== undefined) await this.#keep(cursor)
    })
  }

  /** Everything up to here has been told. */
  reached(cursor: string): void {
    if (this.#heard !== null && cursor <= this.#heard) return
    this.#heard = cursor
    this.#then(() => this.#keep(cursor))
  }

  /**
   * The state must be read anew. It is tried until it has been; meanwhile there is no cursor to keep: an app that dies
   * now must read it when it starts.
   */
  resync(resync: Resync): void {
    this.#heard = resync.cursor
    this.#then(async () => {
      await this.#keep(null)
      for (let failures = 0; !this.#isStopped; failures++) {
        if (await this.#try(() => this.#options.onResync?.(resync))) break
        await this.#pause(failures)
      }
      await this.#keep(resync.cursor)
    })
  }

  /** Something else that comes in its turn. */
  also(run: () => unknown): void {
    this.#then(async () => {
      await this.#try(run)
    })
  }

  /** Tell nothing more. */
  stop(): void {
    this.#isStopped = true
    this.#wake()
  }

  #then(run: () => Promise<void>): void {
    const work = this.#work.then(async () => {
      if (!this.#isStopped) await run()
    })
    // Whoever throws while being told of an error is not told of that.
    this.#work = work.catch(console.error)
  }

  async #keep(cursor: string | null): Promise<void> {
    if (!this.#isStopped) await this.#try(() => this.#options.onCursor?.(cursor))
  }

  /** Whether it went well. */
  async #try(run: () => unknown): Promise<boolean> {
    try {
      await run()
      return true
    } catch (error) {
      const { onError = console.error } = this.#options
      onError(error)
      return false
    }
  }

  #pause(failures: number): Promise<void> {
    const { clock, random } = this.#options
    return new Promise((resolve) => {
      const callOff = clock.after(jitter(failures, READINGS, random), resolve)
      this.#wake = () => {
        callOff()
        resolve()
      }
    })
  }
}

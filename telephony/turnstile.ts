import * as turns from '#domain/turns'
import { type Clock, secondsAfter } from '#kit/clock'
import type { Log } from '#kit/log'
import { Signal } from '#kit/signal'
import type { Database } from '#kit/unit'

/** What a turnstile needs. */
export interface TurnstileOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
}

/** How long nobody looks at an empty queue unless woken: a safety net, for turns asked for where no event was heard. */
const IDLE_SECONDS = 5
/** How long the database is left alone after it did not answer. */
const RETRY_MS = 1_000
/** How long to wait when the first in the queue is in other hands, or another worker was faster. */
const HELD_MS = 50
const SETTLE_POLL_MS = 25

/**
 * Lets those who wait to be rung through, one by one, at the carrier's rate. Every worker has one; the row of the rate
 * keeps them together within it. It sleeps until the next turn is due, or until somebody comes when nobody waits.
 */
export class Turnstile {
  readonly #options: TurnstileOptions
  readonly #woken = new Signal()
  readonly #progress = new Signal()
  #isWoken = false
  #isStopped = false
  #running: Promise<void> = Promise.resolve()

  constructor(options: TurnstileOptions) {
    this.#options = options
  }

  /** Begin; returns at once. A database that is away is waited for. */
  start(): void {
    this.#running = this.#run()
  }

  /** Somebody has come. */
  wake(): void {
    this.#isWoken = true
    this.#woken.fire()
  }

  /** Whether nobody waits whose turn is due by now. */
  async settled(): Promise<boolean> {
    const { database, clock } = this.#options
    const due = await database.read(turns.due)
    return due === null || due > clock.now()
  }

  /** Resolves when `settled` is true; for tests. */
  async untilSettled(): Promise<void> {
    for (;;) {
      const moved = this.#progress.wait(SETTLE_POLL_MS)
      if (await this.settled()) return
      this.wake()
      await moved
    }
  }

  /** Give out no more turns. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.wake()
    await this.#running
  }

  async #run(): Promise<void> {
    let failures = 0
    while (!this.#isStopped) {
      try {
        await this.#step()
        failures = 0
      } catch (error) {
        failures++
        if (failures === 1) this.#options.log.warn({ err: String(error) }, 'turnstile: no turn given out, trying again')
        await this.#woken.wait(RETRY_MS)
      }
      this.#progress.fire()
    }
  }

  /** Let somebody through, or sleep until that can be. */
  async #step(): Promise<void> {
    const { database, clock } = this.#options
    this.#isWoken = false
    const due = await database.read(turns.due)
    // Whoever came while we looked is not overslept.
    if (this.#isWoken || this.#isStopped) return
    if (due === null) return clock.sleepUntil(secondsAfter(clock.now(), IDLE_SECONDS), this.#woken)
    if (due > clock.now()) return clock.sleepUntil(due, this.#woken)
    if (!(await database.write(turns.release))) await this.#woken.wait(HELD_MS)
  }
}

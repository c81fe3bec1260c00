import type { Clock } from '#kit/clock'

/**
 * Keeps a distance between two orders at the very point of sending. Turns are given out at the carrier's rate already;
 * what happens between a turn and its order takes now less, now more time, and must not bring two orders together.
 */
export class Pace {
  readonly #gapMs: number
  readonly #clock: Clock
  #freeAtMs = 0
  #last: Promise<void> = Promise.resolve()

  constructor(callsPerSecond: number, clock: Clock) {
    this.#gapMs = 1000 / callsPerSecond
    this.#clock = clock
  }

  /** Resolve when an order may be sent; whoever asks first is served first. The order is to be sent at once. */
  turn(): Promise<void> {
    this.#last = this.#last.then(() => this.#wait())
    return this.#last
  }

  async #wait(): Promise<void> {
    for (;;) {
      const now = this.#clock.now().getTime()
      // A clock that is set back must not make anybody wait for longer than a gap.
      this.#freeAtMs = Math.min(this.#freeAtMs, now + this.#gapMs)
      if (now >= this.#freeAtMs) break
      await this.#clock.sleepUntil(new Date(Math.ceil(this.#freeAtMs)))
    }
    this.#freeAtMs = this.#clock.now().getTime() + this.#gapMs
  }
}

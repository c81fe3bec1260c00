/** Where a unit reads the time. One reading serves a whole unit. */
export interface Clock {
  now(): Date
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() }

/** A clock that can be moved forward from outside; only for tests (`TEST_CLOCK=1`). */
export class MovableClock implements Clock {
  #aheadMs = 0

  now(): Date {
    return new Date(Date.now() + this.#aheadMs)
  }

  /** Move the clock forward. Seconds, not negative. */
  advance(seconds: number): void {
    this.#aheadMs += seconds * 1000
  }
}

/** A moment some seconds after another one. */
export function secondsAfter(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1000)
}

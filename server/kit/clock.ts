import { Signal } from './signal.ts'

/** Where a unit reads the time. One reading serves a whole unit. */
export interface Clock {
  now(): Date
  /** How far tests have moved this clock from that of the machine; no other clock is moved. */
  readonly movedMs?: number
  /**
   * Resolve at a moment of this clock, or before it when `woken` fires or the clock is moved: whoever must be sure
   * reads the clock again. Never rejects; does not keep the process alive.
   */
  sleepUntil(moment: Date, woken?: Signal): Promise<void>
}

/** setTimeout cannot count further than this. */
const LONGEST_MS = 2_147_483_647

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleepUntil: (moment, woken = new Signal()) => woken.wait(timerMs(moment.getTime() - Date.now())),
}

/** A clock that can be moved forward from outside; only for tests (`TEST_CLOCK=1`). */
export class MovableClock implements Clock {
  readonly #moved = new Signal()
  #aheadMs = 0

  get movedMs(): number {
    return this.#aheadMs
  }

  now(): Date {
    return new Date(Date.now() + this.#aheadMs)
  }

  /** Move the clock forward, and wake whoever sleeps by it. Seconds, not negative. */
  advance(seconds: number): void {
    this.#aheadMs += seconds * 1000
    this.#moved.fire()
  }

  async sleepUntil(moment: Date, woken: Signal = new Signal()): Promise<void> {
    const ms = timerMs(moment.getTime() - this.now().getTime())
    await Promise.race([woken.wait(ms), this.#moved.wait(ms)])
  }
}

/** Whole seconds from one moment until another, one at least: what `Retry-After` says. */
export function secondsUntil(now: Date, then: Date): number {
  return Math.max(1, Math.ceil((then.getTime() - now.getTime()) / 1000))
}

/** A moment some seconds after another one. */
export function secondsAfter(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1000)
}

function timerMs(ms: number): number {
  return Math.min(LONGEST_MS, Math.max(0, Math.ceil(ms)))
}

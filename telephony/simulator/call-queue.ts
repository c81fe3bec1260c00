import type { VirtualClock } from './clock.ts'

/** Twilio: error 22005, "Call Queue Full". */
const LONGEST_QUEUE_MS = 86_400_000

/**
 * The calls that wait to be dialled: one bucket of calls per second for Calls and Participants.
 * Source: Twilio, "Calls per second (CPS)"; `queue_time` of the Call resource.
 */
export class CallQueue {
  private readonly clock: VirtualClock
  private readonly callsPerSecond: number
  private nextSlot = 0

  constructor(clock: VirtualClock, callsPerSecond: number) {
    this.clock = clock
    this.callsPerSecond = callsPerSecond
  }

  /** More than a day of calls is waiting. */
  get isFull(): boolean {
    return this.nextSlot - this.clock.now().getTime() > LONGEST_QUEUE_MS
  }

  /** Seconds until a call that is ordered now may be dialled; takes that place. */
  takePlace(): number {
    const now = this.clock.now().getTime()
    const slot = Math.max(now, this.nextSlot)
    this.nextSlot = this.callsPerSecond > 0 ? slot + 1000 / this.callsPerSecond : 0
    return (slot - now) / 1000
  }

  clear(): void {
    this.nextSlot = 0
  }
}

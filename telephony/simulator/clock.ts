/** `real` follows the wall clock, `manual` moves only by `advance`, `auto` jumps to the next timer whenever idle. */
export type ClockMode = 'real' | 'manual' | 'auto'

/** Something that will happen; cancelling twice or too late is harmless. */
export interface Alarm {
  cancel(): void
}

/** Why a sleeping verb or script was woken early: its signal was aborted. */
export class Interrupted extends Error {
  constructor(cause: unknown) {
    super('interrupted', { cause })
  }
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly isBackground: boolean
  readonly run: () => void
}

/** How long `auto` stays idle, in real milliseconds, before it jumps: time for an application to act on a webhook. */
const AUTO_GRACE_MS = 20

/** setTimeout cannot count further than this. */
const LONGEST_WAIT_MS = 2_000_000_000

/**
 * The one owner of time. Timers fire in order of their moment; in virtual time, and in `advance`, the webhook work a
 * timer started is awaited before the next. Work of zero delay runs at once in every mode. `background` timers (time limits) fire when they are
 * passed, but are no reason for `auto` to jump.
 */
export class VirtualClock {
  private readonly mode: ClockMode
  private timers: Timer[] = []
  private readonly work = new Set<Promise<unknown>>()
  private offset = 0
  private frozenAt = Date.now()
  private order = 0
  private wakeUp: NodeJS.Timeout | null = null
  private turn: Promise<void> = Promise.resolve()
  private isClosed = false

  constructor(mode: ClockMode) {
    this.mode = mode
  }

  now(): Date {
    return new Date(this.millis())
  }

  /** True while a webhook is in flight or a timer is due. */
  get busy(): boolean {
    return this.work.size > 0 || (this.timers[0] !== undefined && this.timers[0].at <= this.millis())
  }

  /** Call `run` after so many seconds of this clock. Zero means right after the current turn of the event loop. */
  after(seconds: number, run: () => void, options: { readonly background?: boolean } = {}): Alarm {
    if (this.isClosed) return { cancel() {} }
    if (seconds <= 0) return this.soon(run)
    const timer = {
      at: this.millis() + seconds * 1000,
      order: this.order++,
      isBackground: options.background ?? false,
      run,
    }
    const place = this.timers.findIndex((other) => other.at > timer.at)
    this.timers.splice(place < 0 ? this.timers.length : place, 0, timer)
    this.arm()
    return { cancel: () => this.remove(timer) }
  }

  /** Resolve after so many seconds, or reject with `Interrupted` as soon as the signal is aborted. */
  sleep(seconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Interrupted(signal.reason))
      const onAbort = () => {
        alarm.cancel()
        reject(new Interrupted(signal.reason))
      }
      const alarm = this.after(seconds, () => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      })
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** Count this work as in flight: time does not move, and `settle` does not resolve, before it is done. */
  track<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => {},
      () => {},
    )
    this.work.add(settled)
    void settled.then(() => {
      this.work.delete(settled)
      this.arm()
    })
    return work
  }

  /** Move on by so many seconds, firing what comes due in order, awaiting webhook work between. */
  advance(seconds: number): Promise<void> {
    const turn = this.turn.then(() => this.advanceNow(seconds))
    this.turn = turn.catch(() => {})
    return turn
  }

  /** Resolve when no webhook is in flight and no timer is due. */
  settle(): Promise<void> {
    return this.advance(0)
  }

  /** Forget every timer. */
  clear(): void {
    this.timers = []
    this.arm()
  }

  close(): void {
    this.isClosed = true
    this.clear()
  }

  private millis(): number {
    return this.mode === 'real' ? Date.now() + this.offset : this.frozenAt
  }

  private moveTo(millis: number): void {
    if (this.mode === 'real') this.offset = Math.max(this.offset, millis - Date.now())
    else this.frozenAt = Math.max(this.frozenAt, millis)
  }

  private soon(run: () => void): Alarm {
    let isCancelled = false
    const done = new Promise<void>((resolve) => {
      setImmediate(() => {
        if (!isCancelled && !this.isClosed) run()
        resolve()
      })
    })
    void this.track(done)
    return {
      cancel() {
        isCancelled = true
      },
    }
  }

  private async advanceNow(seconds: number): Promise<void> {
    const until = this.millis() + seconds * 1000
    for (;;) {
      await this.quiet()
      const next = this.timers[0]
      if (!next || next.at > until) break
      this.moveTo(next.at)
      this.fire(next)
    }
    this.moveTo(until)
    this.arm()
  }

  /** Everything but timers and webhooks is a chain of microtasks, so one turn of the event loop drains it. */
  private async quiet(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      if (this.work.size === 0 || this.isClosed) return
      await Promise.race(this.work)
    }
  }

  private fire(timer: Timer): void {
    this.remove(timer)
    timer.run()
  }

  private remove(timer: Timer): void {
    this.timers = this.timers.filter((other) => other !== timer)
    this.arm()
  }

  private arm(): void {
    if (this.wakeUp) clearTimeout(this.wakeUp)
    this.wakeUp = null
    if (this.mode === 'manual' || this.isClosed) return
    const wait = this.waitMillis()
    if (wait !== null) this.wakeUp = setTimeout(() => void this.wake(), wait)
  }

  private waitMillis(): number | null {
    if (this.mode === 'real') {
      const next = this.timers[0]
      return next ? Math.min(LONGEST_WAIT_MS, Math.max(0, Math.ceil(next.at - this.millis()))) : null
    }
    return this.work.size === 0 && this.timers.some((timer) => !timer.isBackground) ? AUTO_GRACE_MS : null
  }

  private async wake(): Promise<void> {
    if (this.mode === 'real') return this.fireDue()
    const next = this.timers.find((timer) => !timer.isBackground)
    if (next) await this.advance(Math.max(0, (next.at - this.millis()) / 1000))
  }

  /** On the wall clock a slow webhook holds up nothing but its own call. */
  private fireDue(): void {
    for (let next = this.timers[0]; next && next.at <= this.millis(); next = this.timers[0]) this.fire(next)
    this.arm()
  }
}

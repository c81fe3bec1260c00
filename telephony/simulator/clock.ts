import { type Timer, Timers } from './timers.ts'

/** `real` follows the wall clock, `manual` moves only by `advance`, `auto` jumps to the next timer whenever idle. */
export type ClockMode = 'real' | 'manual' | 'auto'

/** Something that will happen; cancelling twice or too late is harmless. */
export interface Alarm {
  cancel(): void
}

/** `background` timers fire when they are passed, but are no reason for `auto` to jump: time limits, music. */
export interface TimerOptions {
  readonly background?: boolean
}

/** Why a sleeping verb or script was woken early: its signal was aborted. */
export class Interrupted extends Error {
  constructor(cause: unknown) {
    super('interrupted', { cause })
  }
}

/** How long `auto` stays idle, in real milliseconds, before it jumps: time for an application to act on a webhook. */
const AUTO_GRACE_MS = 20

/** setTimeout cannot count further than this. */
const LONGEST_WAIT_MS = 2_000_000_000

/**
 * The one owner of time. Timers fire in order of their moment; in virtual time, and in `advance`, the webhook work a
 * timer started is awaited before the next. Work of zero delay runs at once in every mode.
 */
export class VirtualClock {
  private readonly mode: ClockMode
  private readonly foreground = new Timers()
  private readonly background = new Timers()
  private inFlight = 0
  private idleWaiters: (() => void)[] = []
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
    const next = this.next()?.first
    return this.inFlight > 0 || (next != null && next.at <= this.millis())
  }

  /** Call `run` after so many seconds of this clock. Zero means right after the current turn of the event loop. */
  after(seconds: number, run: () => void, options: TimerOptions = {}): Alarm {
    if (this.isClosed) return { cancel() {} }
    if (seconds <= 0) return this.soon(run)
    const timer: Timer = { at: this.millis() + seconds * 1000, order: this.order++, run, isOver: false }
    const timers = options.background ? this.background : this.foreground
    timers.add(timer)
    this.arm()
    return {
      cancel: () => {
        timers.cancel(timer)
        this.arm()
      },
    }
  }

  /** Resolve after so many seconds, or reject with `Interrupted` as soon as the signal is aborted. */
  sleep(seconds: number, signal: AbortSignal, options: TimerOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Interrupted(signal.reason))
      const onAbort = () => {
        alarm.cancel()
        reject(new Interrupted(signal.reason))
      }
      const alarm = this.after(
        seconds,
        () => {
          signal.removeEventListener('abort', onAbort)
          resolve()
        },
        options,
      )
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** Count this work as in flight: time does not move, and `settle` does not resolve, before it is done. */
  track<T>(work: Promise<T>): Promise<T> {
    this.inFlight++
    const landed = () => this.land()
    void work.then(landed, landed)
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
    this.foreground.clear()
    this.background.clear()
    this.arm()
  }

  close(): void {
    this.isClosed = true
    this.clear()
    this.wakeIdleWaiters()
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

  private land(): void {
    this.inFlight--
    if (this.inFlight > 0) return
    this.wakeIdleWaiters()
    this.arm()
  }

  private wakeIdleWaiters(): void {
    const waiters = this.idleWaiters
    this.idleWaiters = []
    for (const wake of waiters) wake()
  }

  /** The timers of which the first one comes due next. */
  private next(): Timers | null {
    const [near, far] = [this.foreground.first, this.background.first]
    if (!near || !far) return near ? this.foreground : far ? this.background : null
    const isBackground = far.at < near.at || (far.at === near.at && far.order < near.order)
    return isBackground ? this.background : this.foreground
  }

  private async advanceNow(seconds: number): Promise<void> {
    const until = this.millis() + seconds * 1000
    for (;;) {
      await this.quiet()
      const timers = this.next()
      const first = timers?.first
      if (!timers || !first || first.at > until) break
      this.moveTo(first.at)
      timers.take()?.run()
    }
    this.moveTo(until)
    this.arm()
  }

  /** Everything but timers and webhooks is a chain of microtasks, so one turn of the event loop drains it. */
  private async quiet(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      if (this.inFlight === 0 || this.isClosed) return
      await new Promise<void>((resolve) => this.idleWaiters.push(resolve))
    }
  }

  private arm(): void {
    if (this.wakeUp) clearTimeout(this.wakeUp)
    this.wakeUp = null
    if (this.mode === 'manual' || this.isClosed) return
    const wait = this.waitMillis()
    if (wait !== null) this.wakeUp = setTimeout(() => void this.wake(), wait)
  }

  private waitMillis(): number | null {
    if (this.mode === 'auto') return this.inFlight === 0 && this.foreground.first ? AUTO_GRACE_MS : null
    const first = this.next()?.first
    return first ? Math.min(LONGEST_WAIT_MS, Math.max(0, Math.ceil(first.at - this.millis()))) : null
  }

  private async wake(): Promise<void> {
    if (this.mode === 'real') return this.fireDue()
    const { first } = this.foreground
    if (first) await this.advance(Math.max(0, (first.at - this.millis()) / 1000))
  }

  /** On the wall clock a slow webhook holds up nothing but its own call. */
  private fireDue(): void {
    for (let timers = this.next(); timers?.first && timers.first.at <= this.millis(); timers = this.next()) {
      timers.take()?.run()
    }
    this.arm()
  }
}

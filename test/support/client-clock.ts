import type { Clock } from '#client'

/** A clock that stands still until a test moves it. */
export class StillClock implements Clock {
  #now = 0
  readonly #timers = new Set<{ readonly due: number; readonly run: () => void }>()

  now(): number {
    return this.#now
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = { due: this.#now + milliseconds, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** How long until each thing that waits, in milliseconds, soonest first. */
  get waits(): readonly number[] {
    return [...this.#timers].map(({ due }) => due - this.#now).sort((a, b) => a - b)
  }

  /** Let time go by, with what is due in it. */
  pass(milliseconds: number): void {
    const until = this.#now + milliseconds
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)
      if (!next) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.due)
      next.run()
    }
    this.#now = until
  }
}

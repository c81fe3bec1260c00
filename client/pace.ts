import type { Clock } from './clock.ts'

const WINDOW_MS = 10_000

/** Lets so many things through in ten seconds; the others wait their turn. */
export class Pace {
  readonly #clock: Clock
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  /** When each of the last ones went through. */
  #passed: number[] = []
  #callOff: (() => void) | undefined

  constructor(clock: Clock, most: number) {
    this.#clock = clock
    this.#most = most
  }

  /** Do it when its turn has come: now, if nothing waits. */
  pass(run: () => void): void {
    this.#waiting.push(run)
    this.#flush()
  }

  /** Forget what waits. */
  stop(): void {
    this.#callOff?.()
    this.#waiting.length = 0
  }

  #flush(): void {
    const now = this.#clock.now()
    this.#passed = this.#passed.filter((at) => now - at < WINDOW_MS)
    while (this.#passed.length < this.#most) {
      const run = this.#waiting.shift()
      if (!run) return
      this.#passed.push(now)
      run()
    }
    const [oldest = now] = this.#passed
    if (this.#waiting.length === 0) return
    this.#callOff?.()
    this.#callOff = this.#clock.after(oldest + WINDOW_MS - now, () => this.#flush())
  }
}

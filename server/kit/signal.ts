/** Wakes whoever waits: `wait` ends at the next `fire`, or after its time. */
export class Signal {
  #waiters = new Set<() => void>()

  /** Wake everyone who waits now. */
  fire(): void {
    const waiters = this.#waiters
    this.#waiters = new Set()
    for (const wake of waiters) wake()
  }

  /** Wait for the next `fire`, at most this long. Never rejects; does not keep the process alive. */
  wait(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, timeoutMs)
      timer.unref()
      const waiters = this.#waiters
      function done(): void {
        clearTimeout(timer)
        waiters.delete(done)
        resolve()
      }
      waiters.add(done)
    })
  }
}

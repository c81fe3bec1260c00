/** Time, as the client lives by it. Tests bring their own. */
export interface Clock {
  /** Milliseconds since some beginning. */
  now(): number
  /** Do something after so many milliseconds, once; the answer calls it off. */
  after(milliseconds: number, run: () => void): () => void
}

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds)
    return () => clearTimeout(timer)
  },
}

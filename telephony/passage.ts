/**
 * Lets so many through at once; the others wait in the order in which they came. An order's answer is waited for from
 * when it is sent, not from when a socket is free: hundreds given at once would seem lost, though none was ever sent.
 */
export class Passage {
  readonly #most: number
  readonly #queue: (() => void)[] = []
  #inside = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Do this when it is its turn. Rejects with what `work` rejects with. */
  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#inside >= this.#most) await new Promise<void>((enter) => this.#queue.push(enter))
    else this.#inside++
    try {
      return await work()
    } finally {
      // Who waits next takes the place; it never becomes free in between.
      const next = this.#queue.shift()
      if (next) next()
      else this.#inside--
    }
  }
}

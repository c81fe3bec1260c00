import { Fault } from './fault.ts'

/** How work is gathered. */
export interface BatchOptions<Item, Result> {
  /** So many at once at most. */
  readonly most: number
  /** So many batches side by side at most. */
  readonly lanes: number
  /** Does all of some items, or nothing of them when it throws; gives a result for each, in their order. */
  readonly work: (items: readonly Item[]) => Promise<readonly Result[]>
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Gathers what comes in while earlier work is under way, and does it together: a transaction for many reports costs little
 * more than one for one. Nothing waits while nothing is under way. One item that fails does not take the others with it.
 */
export class Batch<Item, Result> {
  readonly #options: BatchOptions<Item, Result>
  #waiting: Waiting<Item, Result>[] = []
  #underway = 0
  #isWoken = false

  constructor(options: BatchOptions<Item, Result>) {
    this.#options = options
  }

  /** Do one item; resolves when the batch that it is in is done. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#wake()
    })
  }

  /** What arrives in the same turn of the event loop goes together. */
  #wake(): void {
    if (this.#isWoken) return
    this.#isWoken = true
    setImmediate(() => {
      this.#isWoken = false
      this.#begin()
    })
  }

  #begin(): void {
    const { most, lanes } = this.#options
    while (this.#underway < lanes && this.#waiting.length > 0) {
      const taken = this.#waiting.splice(0, most)
      this.#underway++
      void this.#perform(taken).finally(() => {
        this.#underway--
        this.#begin()
      })
    }
  }

  async #perform(taken: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.work(taken.map(({ item }) => item))
      for (const [index, { resolve }] of taken.entries()) resolve(results[index] as Result)
    } catch (error) {
      const isAway = error instanceof Fault && error.type.kind === 'unavailable'
      if (taken.length === 1 || isAway) for (const { reject } of taken) reject(error)
      else for (const one of taken) await this.#perform([one])
    }
  }
}

/**
 * So many at once, and so many per window in the long run (GCRA): one number per key instead of a list of moments.
 * `spend` answers 0 when there was something left, else the milliseconds until there is.
 */
export class Budget {
  readonly #gapMs: number
  readonly #windowMs: number
  #paidUntil = 0

  constructor(points: number, windowMs: number) {
    this.#gapMs = windowMs / points
    this.#windowMs = windowMs
  }

  /** Take one, if there is one. */
  spend(nowMs: number): number {
    const paidUntil = Math.max(nowMs, this.#paidUntil) + this.#gapMs
    const waitMs = paidUntil - nowMs - this.#windowMs
    // The gap is a fraction, so that the last one allowed may come out a hair beyond the window.
    if (waitMs > 0.001) return waitMs
    this.#paidUntil = paidUntil
    return 0
  }

  /** Whether everything is there again, so that forgetting the budget changes nothing. */
  isFull(nowMs: number): boolean {
    return this.#paidUntil <= nowMs
  }
}

/** Keys that are remembered at most; beyond it, the oldest make room. */
const KEYS_AT_MOST = 50_000

/** A budget for each of many keys. */
export class Budgets {
  readonly #points: number
  readonly #windowMs: number
  readonly #budgets = new Map<string, Budget>()

  constructor(points: number, windowMs: number) {
    this.#points = points
    this.#windowMs = windowMs
  }

  /** Take one from a key's budget; 0, or the milliseconds until there is one. */
  spend(key: string, nowMs: number): number {
    let budget = this.#budgets.get(key)
    if (!budget) {
      if (this.#budgets.size >= KEYS_AT_MOST) this.#makeRoom(nowMs)
      budget = new Budget(this.#points, this.#windowMs)
      this.#budgets.set(key, budget)
    }
    return budget.spend(nowMs)
  }

  #makeRoom(nowMs: number): void {
    for (const [key, budget] of this.#budgets) if (budget.isFull(nowMs)) this.#budgets.delete(key)
    for (const key of this.#budgets.keys()) {
      if (this.#budgets.size < KEYS_AT_MOST) return
      this.#budgets.delete(key)
    }
  }
}

/** Something to do at a moment, in milliseconds. Of two at the same moment, the one set first goes first. */
export interface Timer {
  readonly at: number
  readonly order: number
  readonly run: () => void
  /** It ran, or never will. */
  isOver: boolean
}

const FEW = 64

/** Timers in the order in which they come due: a binary heap, so that thousands of calls at once stay cheap. */
export class Timers {
  private heap: Timer[] = []
  private cancelled = 0

  /** The one that comes due first. */
  get first(): Timer | null {
    while (this.heap[0]?.isOver) {
      this.takeTop()
      this.cancelled--
    }
    return this.heap[0] ?? null
  }

  add(timer: Timer): void {
    this.heap.push(timer)
    this.rise(this.heap.length - 1)
  }

  /** Take the first one away, to run it. */
  take(): Timer | null {
    const timer = this.first === null ? null : this.takeTop()
    if (timer) timer.isOver = true
    return timer
  }

  /** A cancelled timer stays where it is until its turn comes, or until most of the others are cancelled as well. */
  cancel(timer: Timer): void {
    if (timer.isOver) return
    timer.isOver = true
    this.cancelled++
    if (this.cancelled > FEW && this.cancelled * 2 > this.heap.length) this.tidy()
  }

  clear(): void {
    for (const timer of this.heap) timer.isOver = true
    this.heap = []
    this.cancelled = 0
  }

  private tidy(): void {
    this.heap = this.heap.filter((timer) => !timer.isOver).sort(compare)
    this.cancelled = 0
  }

  private takeTop(): Timer | null {
    const top = this.heap[0] ?? null
    const last = this.heap.pop()
    if (last && this.heap.length > 0) {
      this.heap[0] = last
      this.sink(0)
    }
    return top
  }

  private rise(from: number): void {
    let index = from
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.swapIfBefore(index, parent)) return
      index = parent
    }
  }

  private sink(from: number): void {
    let index = from
    for (;;) {
      const left = 2 * index + 1
      const right = left + 1
      if (left >= this.heap.length) return
      const child = right < this.heap.length && this.isBefore(right, left) ? right : left
      if (!this.swapIfBefore(child, index)) return
      index = child
    }
  }

  private isBefore(one: number, other: number): boolean {
    const [a, b] = [this.heap[one], this.heap[other]]
    return a !== undefined && b !== undefined && compare(a, b) < 0
  }

  private swapIfBefore(one: number, other: number): boolean {
    if (!this.isBefore(one, other)) return false
    const [a, b] = [this.heap[one], this.heap[other]]
    if (a) this.heap[other] = a
    if (b) this.heap[one] = b
    return true
  }
}

function compare(one: Timer, other: Timer): number {
  return one.at - other.at || one.order - other.order
}

import type { Update } from './people.ts'

/** How updates are told. */
export interface Delivery {
  /** Keep what happens for later instead of telling it. */
  isHeld: boolean
  /** Tell everything twice. */
  isDoubled: boolean
}

const RETRY_MS = 1_000
const MOST_TRIES = 12
const TIMEOUT_MS = 10_000

/** Tells a bot what people do, one after the other, and again where it was not taken. */
export class Webhooks {
  readonly delivery: Delivery = { isHeld: false, isDoubled: false }
  readonly #route: (url: string) => string
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #held: Update[] = []
  #queue: Promise<unknown> = Promise.resolve()
  /** Where the bot listens; null: nowhere, and what happens is kept. */
  url: string | null = null
  secret: string | null = null

  constructor(route: (url: string) => string) {
    this.#route = route
  }

  /** How much has not been told. */
  get pending(): number {
    return this.#held.length
  }

  /** Something has happened; resolves when it was told once, or is kept. */
  async tell(update: Update): Promise<void> {
    if (this.delivery.isHeld || this.url === null) return void this.#held.push(update)
    await this.#send(update)
    if (this.delivery.isDoubled) await this.#send(update)
  }

  /** Tell what was held, in this order or from its end. */
  async release({ isReversed = false } = {}): Promise<void> {
    this.delivery.isHeld = false
    if (this.url === null) return
    const held = this.#held.splice(0)
    for (const update of isReversed ? held.reverse() : held) await this.#send(update)
  }

  /** From now on the bot listens there; what was kept is told. */
  listen(url: string, secret: string | null): void {
    this.url = url === '' ? null : url
    this.secret = secret
    if (!this.delivery.isHeld) void this.release()
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  #send(update: Update): Promise<void> {
    const sent = this.#queue.then(() => this.#deliver(update, 1))
    this.#queue = sent
    return sent
  }

  async #deliver(update: Update, attempt: number): Promise<void> {
    const headers = {
      'Content-Type': 'application/json',
      ...(this.secret !== null && { 'X-Telegram-Bot-Api-Secret-Token': this.secret }),
    }
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const body = JSON.stringify(update)
    const isTaken = await fetch(this.#route(this.url ?? ''), { method: 'POST', headers, body, signal })
      .then(async (answer) => {
        await answer.arrayBuffer()
        return answer.ok
      })
      .catch(() => false)
    if (isTaken || attempt === MOST_TRIES) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void this.#deliver(update, attempt + 1)
    }, RETRY_MS * attempt)
    this.#timers.add(timer.unref())
  }
}

import { createHmac } from 'node:crypto'
import type { StripeEvent } from './objects.ts'

/** How webhooks are delivered. */
export interface Delivery {
  /** Keep what happens for later instead of telling it. */
  isHeld: boolean
  /** Tell everything twice. */
  isDoubled: boolean
}

/** A webhook that was answered otherwise than with 2xx is told again after so long, and twice that, and so on. */
const RETRY_MS = 1_000
const MOST_TRIES = 12

/** Tells what has happened, signed as Stripe signs it, in order unless it is told otherwise. */
export class Webhooks {
  readonly delivery: Delivery = { isHeld: false, isDoubled: false }
  readonly #url: () => string
  readonly #secret: string
  readonly #now: () => Date
  readonly #held: StripeEvent[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  #queue: Promise<unknown> = Promise.resolve()
  #open = 0

  constructor(options: { readonly url: () => string; readonly secret: string; readonly now: () => Date }) {
    this.#url = options.url
    this.#secret = options.secret
    this.#now = options.now
  }

  /** Whether something is being told. */
  get isBusy(): boolean {
    return this.#open > 0
  }

  /** Something has happened. */
  tell(event: StripeEvent): void {
    if (this.delivery.isHeld) {
      this.#held.push(event)
      return
    }
    this.send(event)
    if (this.delivery.isDoubled) this.send(event)
  }

  /** Tell one thing, again or for the first time. */
  send(event: StripeEvent): void {
    this.#open++
    this.#queue = this.#queue.then(() => this.#deliver(event, 1)).finally(() => this.#open--)
  }

  /** Hand over what was held, and hold no more. */
  release(): readonly StripeEvent[] {
    this.delivery.isHeld = false
    return this.#held.splice(0)
  }

  /** Resolves when all that is to be told now has been told. */
  async settle(): Promise<void> {
    while (this.isBusy) await this.#queue
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  /** The `Stripe-Signature` of a body (https://docs.stripe.com/webhooks/signature). */
  signature(body: string): string {
    const at = Math.floor(this.#now().getTime() / 1000)
    return `t=${at},v1=${createHmac('sha256', this.#secret).update(`${at}.${body}`).digest('hex')}`
  }

  async #deliver(event: StripeEvent, attempt: number): Promise<void> {
    const body = JSON.stringify(event)
    const headers = { 'Content-Type': 'application/json', 'Stripe-Signature': this.signature(body) }
    const status = await fetch(this.#url(), { method: 'POST', body, headers, signal: AbortSignal.timeout(10_000) })
      .then(async (answer) => {
        await answer.arrayBuffer()
        return answer.status
      })
      .catch(() => 0)
    if ((status >= 200 && status < 300) || attempt === MOST_TRIES) return
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer)
        this.#open++
        void this.#deliver(event, attempt + 1).finally(() => this.#open--)
      },
      RETRY_MS * 2 ** (attempt - 1),
    )
    this.#timers.add(timer.unref())
  }
}

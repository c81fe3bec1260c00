import { type PaymentSimulator, startPaymentSimulator } from '#gateways/payments'
import { MovableClock } from '#kit/clock'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

/** The account that test worlds have with those who take the money. */
export const TILL = {
  secretKey: 'sk_test_only_tests_know_it',
  webhookSecret: 'whsec_only_tests_know_this_one',
  olderSecret: 'whsec_only_tests_know_the_old_one',
  prices: { month: 'price_a_month', year: 'price_a_year' },
} as const

/** A world in which Plus can be bought: a stand-in for Stripe whose time moves with the server's. */
export class BillingStage {
  readonly world: World
  readonly stripe: PaymentSimulator
  readonly #clock: MovableClock

  private constructor(world: World, stripe: PaymentSimulator, clock: MovableClock) {
    this.world = world
    this.stripe = stripe
    this.#clock = clock
  }

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<BillingStage> {
    const clock = new MovableClock()
    const stripe = await startPaymentSimulator({ ...TILL, clock })
    const world = await World.start({ ...billingSettings(stripe), ...environment })
    stripe.webhookUrl = `${world.url}/webhooks/stripe`
    return new BillingStage(world, stripe, clock)
  }

  /** Wait until everything told is heard, and everything that follows from it is done. */
  async settle(): Promise<void> {
    do {
      await this.stripe.webhooks.settle()
      await this.world.settle()
    } while (this.stripe.webhooks.isBusy)
  }

  /** Let time go by, everywhere. */
  async moveClock(seconds: number): Promise<void> {
    this.#clock.advance(seconds)
    await this.world.moveClock(seconds)
  }

  /** Somebody opens a checkout page; gives the answer's body. */
  async checkout(person: Person, interval: 'month' | 'year' = 'month'): Promise<Json> {
    const { status, body } = await person.post('/billing/checkout', { interval })
    if (status !== 201) throw new Error(`No checkout came about: ${JSON.stringify(body)}`)
    return body
  }

  /** Somebody buys Plus; gives the id of their subscription. */
  async buy(person: Person, interval: 'month' | 'year' = 'month'): Promise<string> {
    const { session_id } = await this.checkout(person, interval)
    const { id } = this.stripe.books.pay(session_id)
    await this.settle()
    return id
  }

  /** A webhook of the stand-in's own making, or of somebody else's. */
  async knock(body: string, signature?: string): Promise<{ status: number; body: Json }> {
    const answer = await fetch(`${this.world.url}/webhooks/stripe`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(signature === undefined ? {} : { 'Stripe-Signature': signature }),
      },
      body,
    })
    return { status: answer.status, body: await answer.json() }
  }

  async end(): Promise<void> {
    await this.world.end()
    await this.stripe.close()
  }
}

/** What a server is told of the stand-in. */
export function billingSettings(stripe: PaymentSimulator): Record<string, string> {
  return {
    STRIPE_SECRET_KEY: TILL.secretKey,
    STRIPE_WEBHOOK_SECRETS: `${TILL.webhookSecret},${TILL.olderSecret}`,
    STRIPE_PRICE_MONTH: TILL.prices.month,
    STRIPE_PRICE_YEAR: TILL.prices.year,
    STRIPE_API_BASE: stripe.url,
    STRIPE_PORTAL_URL: 'https://billing.example/p/login',
    CHECKOUT_RETURN_HOSTS: 'app.example,localhost:8080',
  }
}

/** How somebody stands: their plan and their subscription, in a word each. */
export async function standing(person: Person): Promise<string> {
  const { body } = await person.get('/billing/subscription')
  return `${body.tier} ${body.status}`
}

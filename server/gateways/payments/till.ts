import { createHash } from 'node:crypto'
import Stripe from 'stripe'
import type { Interval, Till } from '#domain/subscriptions'
import type { Log } from '#kit/log'
import { sessionOf, standingOf } from './standing.ts'

/** An account at Stripe, and what is sold there. */
export interface StripeAccount {
  readonly secretKey: string
  /** Where the API answers; Stripe itself when it is absent. */
  readonly apiBase: string | undefined
  /** The price of Plus by how often it is paid, as `price_…`. */
  readonly prices: Readonly<Record<Interval, string>>
}

/** One question may take so long; a person waits for several of them. */
const TIMEOUT_MS = 3_000
/** Only what Stripe does once however often it is asked is asked again. */
const RETRIES = 1

/** Stripe said no, or nothing. Says what Stripe calls it, and neither a key nor an address. */
export class StripeRefusal extends Error {
  readonly status: number | undefined
  readonly code: string

  constructor(question: string, error: unknown) {
    const { statusCode, code, type, requestId } = error instanceof Stripe.errors.StripeError ? error : NOTHING
    super(`Stripe did not do it: ${question}: ${[statusCode, code ?? type, requestId].filter(Boolean).join(', ')}.`)
    this.name = 'StripeRefusal'
    this.status = statusCode
    this.code = code ?? type ?? 'unknown'
  }
}

const NOTHING = { statusCode: undefined, code: undefined, type: undefined, requestId: undefined }

/** Stripe as the provider who takes the money. Every order carries a key by which Stripe knows it again. */
export function stripeTill(account: StripeAccount, log: Log): Till {
  const stripe = new Stripe(account.secretKey, {
    ...addressOf(account.apiBase),
    timeout: TIMEOUT_MS,
    maxNetworkRetries: RETRIES,
    telemetry: false,
  })
  const ask = async <Answer>(question: string, answer: Promise<Answer>): Promise<Answer> =>
    answer.catch((error: unknown) => {
      const refusal = new StripeRefusal(question, error)
      log.warn({ err: refusal.message }, 'payments: stripe did not do it')
      throw refusal
    })

  return {
    async addCustomer({ userId, email }) {
      const params = { metadata: { user_id: userId }, ...(email === null ? {} : { email }) }
      const idempotencyKey = `customer-${userId}-${shortHash(email ?? '')}`
      return (await ask('add a customer', stripe.customers.create(params, { idempotencyKey }))).id
    },

    async openSession({ id, userId, customerId, interval, successUrl, cancelUrl }) {
      const answer = stripe.checkout.sessions.create(
        {
          mode: 'subscription',
          customer: customerId,
          client_reference_id: userId,
          line_items: [{ price: account.prices[interval], quantity: 1 }],
          success_url: successUrl,
          cancel_url: cancelUrl,
        },
        { idempotencyKey: `checkout-${id}` },
      )
      return ask('open a checkout', answer).then(sessionOf, (error: StripeRefusal) => {
        // The same key came with something else: a price was changed meanwhile.
        if (error.code === 'idempotency_error' || error.code === 'StripeIdempotencyError') return null
        throw error
      })
    },

    async session(id) {
      return sessionOf(await ask('look at a checkout', stripe.checkout.sessions.retrieve(id)))
    },

    async expireSession(id) {
      const expired = stripe.checkout.sessions.expire(id, {}, { idempotencyKey: `expire-${id}` })
      // Only an open session can be closed; what it is instead is to be seen.
      return ask('close a checkout', expired).then(sessionOf, (error: StripeRefusal) => {
        if (error.status !== 400) throw error
        return this.session(id)
      })
    },

    async standing(id) {
      const answer = ask('look at a subscription', stripe.subscriptions.retrieve(id))
      const subscription = await answer.catch((error: StripeRefusal) => {
        if (error.status !== 404) throw error
        return null
      })
      if (!subscription) return null
      const { date } = subscription.lastResponse.headers
      return { standing: standingOf(subscription), at: new Date(date ?? Number.NaN) }
    },

    async cancel(id) {
      await ask('end a subscription', stripe.subscriptions.cancel(id)).catch((error: StripeRefusal) => {
        // Stripe no longer finds what has ended.
        if (error.status !== 404) throw error
      })
    },
  }
}

function addressOf(apiBase: string | undefined): { host?: string; port?: string; protocol?: 'http' | 'https' } {
  if (apiBase === undefined) return {}
  const { hostname, port, protocol } = new URL(apiBase)
  const scheme = protocol === 'http:' ? 'http' : 'https'
  return { host: hostname, port: port || (scheme === 'http' ? '80' : '443'), protocol: scheme }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

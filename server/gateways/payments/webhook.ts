import Stripe from 'stripe'
import type { Signal } from '#domain/subscriptions'
import { idOf, momentOf, standingOf } from './standing.ts'

/** What Stripe has told us: under which id, and what of it concerns us. */
export interface Told {
  readonly id: string
  /** Null when it is about nothing of ours. */
  readonly signal: Signal | null
}

/** A webhook that was signed longer ago is not believed: it may be one that was written down and is sent again. */
const TOLERANCE_SECONDS = 300

/** Until 2025-03-31 an invoice named its subscription itself. */
type OlderInvoice = Stripe.Invoice & { readonly subscription?: string | { id: string } | null }

/**
 * Read a webhook of Stripe's; null when it is not signed with any of the secrets, or too long ago. The signature is
 * checked by Stripe's own library, over the bytes as they came and in constant time. `now` is our time.
 */
export function readStripeWebhook(
  secrets: readonly string[],
  body: Buffer,
  signature: string | undefined,
  now: Date,
): Told | null {
  for (const secret of secrets) {
    const event = verified(secret, body, signature ?? '', now)
    if (event) return { id: event.id, signal: signalOf(event) }
  }
  return null
}

function verified(secret: string, body: Buffer, signature: string, now: Date): Stripe.Event | null {
  try {
    return Stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS, undefined, now.getTime())
  } catch (error) {
    // What is signed and no JSON is Stripe's mistake. All else has no good signature: the library has several errors for
    // that, one of them without a name.
    if (error instanceof SyntaxError) throw error
    return null
  }
}

function signalOf(event: Stripe.Event): Signal | null {
  switch (event.type) {
    case 'customer.subscription.created':
    case 'customer.subscription.updated':
    case 'customer.subscription.deleted':
    case 'customer.subscription.paused':
    case 'customer.subscription.resumed':
    case 'customer.subscription.trial_will_end':
      return { kind: 'standing', standing: standingOf(event.data.object), at: momentOf(event.created) }
    case 'checkout.session.completed':
    case 'checkout.session.expired':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
      return { kind: 'checkout', sessionId: event.data.object.id }
    case 'invoice.paid':
    case 'invoice.payment_failed':
    case 'invoice.payment_action_required':
      return paymentOf(event.data.object)
    default:
      return null
  }
}

function paymentOf(invoice: OlderInvoice): Signal | null {
  const subscriptionId = idOf(invoice.parent?.subscription_details?.subscription ?? invoice.subscription)
  const customerId = idOf(invoice.customer)
  return subscriptionId && customerId ? { kind: 'payment', subscriptionId, customerId } : null
}

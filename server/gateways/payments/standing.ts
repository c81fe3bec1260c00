import type Stripe from 'stripe'
import type { Interval, Session, Standing, Status } from '#domain/subscriptions'

/** Stripe's states of a subscription in our words (https://docs.stripe.com/api/subscriptions/object). */
const STATUS: Readonly<Record<string, Status>> = {
  incomplete: 'incomplete',
  incomplete_expired: 'canceled',
  trialing: 'trialing',
  active: 'active',
  past_due: 'past_due',
  // Stripe has stopped trying, or a trial ended without a card: both can be mended by paying.
  unpaid: 'past_due',
  paused: 'past_due',
  canceled: 'canceled',
}

const STATES = ['open', 'complete', 'expired'] as const
const INTERVALS = ['month', 'year'] as const

/** Until 2025-03-31 the period stood on the subscription; an endpoint may be set to an older version than ours. */
type OlderSubscription = Stripe.Subscription & { readonly current_period_end?: number }

/** A subscription of Stripe's in our words. Throws on a status that Stripe did not have when this was written. */
export function standingOf(subscription: OlderSubscription): Standing {
  const item = subscription.items.data[0]
  const status = STATUS[subscription.status]
  if (status === undefined) throw new Error(`Stripe has a new status of subscriptions: ${subscription.status}.`)
  const end = item?.current_period_end ?? subscription.current_period_end
  return {
    id: subscription.id,
    customerId: idOf(subscription.customer) ?? '',
    status,
    interval: intervalOf(item?.price),
    monthsFrom: momentOf(subscription.billing_cycle_anchor),
    currentPeriodEnd: end === undefined ? null : momentOf(end),
    // The customer portal names the day instead of the period's end.
    isEnding: subscription.cancel_at_period_end || subscription.cancel_at !== null,
  }
}

/** A checkout session of Stripe's in our words. */
export function sessionOf(session: Stripe.Checkout.Session): Session {
  return {
    id: session.id,
    status: STATES.find((state) => state === session.status) ?? 'open',
    url: session.url,
    expiresAt: momentOf(session.expires_at),
    subscriptionId: idOf(session.subscription),
  }
}

/** The id of what may be there whole, by its id alone, or not at all. */
export function idOf(value: string | { readonly id: string } | null | undefined): string | null {
  return typeof value === 'string' ? value : (value?.id ?? null)
}

/** Stripe counts time in whole seconds. */
export function momentOf(seconds: number): Date {
  return new Date(seconds * 1000)
}

function intervalOf(price: Stripe.Price | undefined): Interval | null {
  const { interval, interval_count: count } = price?.recurring ?? {}
  return count === 1 ? (INTERVALS.find((known) => known === interval) ?? null) : null
}

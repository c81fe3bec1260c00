import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import * as checkouts from './checkout-store.ts'
import { CheckoutDoubted, CheckoutForsaken, SubscriptionDoubted, SubscriptionForsaken } from './events.ts'
import * as store from './store.ts'

/** A renewal is told within the hour after the period has ended. */
const RENEWED_SECONDS = 2 * 3600
const ASK_AGAIN_SECONDS = 6 * 3600
/** Whoever is at a checkout usually pays within minutes. */
const CHECKOUT_SECONDS = 600
const KEPT_SECONDS = 30 * 86_400

/** Doubt whatever should have been told by now: what the provider told while nobody listened is asked for. */
export async function doubtUnheard(unit: Unit): Promise<void> {
  const over = secondsAfter(unit.now, -RENEWED_SECONDS)
  const again = secondsAfter(unit.now, -ASK_AGAIN_SECONDS)
  for (const id of await store.takeUnheard(unit, over, again)) {
    unit.emit(SubscriptionDoubted, { subscription_id: id }, [])
  }
  for (const id of await checkouts.takeUnheard(unit, secondsAfter(unit.now, -CHECKOUT_SECONDS))) {
    unit.emit(CheckoutDoubted, { session_id: id }, [])
  }
  await checkouts.deleteOld(unit, secondsAfter(unit.now, -KEPT_SECONDS))
}

/**
 * A person's account goes: whatever they pay for is ended, and what they were about to pay is not taken. What the
 * provider tells of them later finds nobody, and ends what somebody has paid for in the meantime.
 */
export async function forget(unit: Unit, userId: string): Promise<void> {
  const open = await checkouts.findOpen(unit, userId)
  if (open?.sessionId) unit.emit(CheckoutForsaken, { session_id: open.sessionId }, [])
  await checkouts.deleteOf(unit, userId)
  const customerId = await store.customerOf(unit, userId)
  if (customerId === null) return
  for (const { id, status } of await store.listOf(unit, userId)) {
    if (status !== 'canceled') unit.emit(SubscriptionForsaken, { subscription_id: id }, [])
  }
  await store.forgetCustomer(unit, customerId)
}

/** Everything that is kept of what a person pays. */
export async function portable(view: View, userId: string): Promise<unknown> {
  const subscriptions = await store.listOf(view, userId)
  const begun = await checkouts.listOf(view, userId)
  return {
    customer_id: await store.customerOf(view, userId),
    subscriptions: subscriptions.map((one) => ({
      id: one.id,
      status: one.status,
      interval: one.interval,
      months_from: one.monthsFrom.toISOString(),
      current_period_end: one.currentPeriodEnd?.toISOString() ?? null,
      cancel_at_period_end: one.isEnding,
      past_due_since: one.pastDueSince?.toISOString() ?? null,
    })),
    checkouts: begun.map((one) => ({
      interval: one.interval,
      session_id: one.sessionId,
      created_at: one.createdAt.toISOString(),
      closed_at: one.closedAt?.toISOString() ?? null,
    })),
  }
}

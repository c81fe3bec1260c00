import { changePlan, holdPresent, type User, byId as userById } from '#domain/accounts'
import { secondsAfter } from '#kit/clock'
import { isFirstTime } from '#kit/receipt'
import type { Unit, View } from '#kit/unit'
import * as checkouts from './checkout-store.ts'
import { CheckoutDoubted, SubscriptionChanged, SubscriptionDoubted, SubscriptionForsaken } from './events.ts'
import type { OwnSubscription, Signal, Standing, Status, Subscription } from './model.ts'
import * as store from './store.ts'

/** So long Plus is kept when a payment is overdue. */
export const GRACE_SECONDS = 7 * 86_400

/** Of several subscriptions, the one that stands best is the one that counts. */
const BEST_FIRST: readonly Status[] = ['active', 'trialing', 'past_due', 'canceled']

const NONE: OwnSubscription = { status: 'none', interval: null, currentPeriodEnd: null, isEnding: false }

/** What a person pays for. Whoever has never paid has a subscription too, of which there is nothing to say. */
export async function subscriptionOf(view: View, user: Pick<User, 'id'>): Promise<OwnSubscription> {
  const best = bestOf(await store.listOf(view, user.id))
  if (!best || best.status === 'incomplete') return NONE
  const { status, interval, currentPeriodEnd, isEnding } = best
  return { status, interval, currentPeriodEnd, isEnding }
}

/**
 * Hear what the provider tells us: once for each `id`, in any order. What has nothing to do with anybody here is
 * dropped. A standing is believed when it is newer than what is known; whatever leaves a doubt leads to a question.
 */
export async function heard(unit: Unit, id: string, signal: Signal): Promise<void> {
  if (!(await isFirstTime(unit, `payments ${id}`))) return
  if (signal.kind === 'standing') await learn(unit, signal.standing, signal.at)
  if (signal.kind === 'payment' && (await store.userOf(unit, signal.customerId))) {
    unit.emit(SubscriptionDoubted, { subscription_id: signal.subscriptionId }, [])
  }
  if (signal.kind === 'checkout' && (await checkouts.isOurs(unit, signal.sessionId))) {
    unit.emit(CheckoutDoubted, { session_id: signal.sessionId }, [])
  }
}

/**
 * Learn how a subscription stands. `at` is the moment of the provider's that says so, in whole seconds: of two things
 * told of the same second nobody knows which came first, so the provider is asked, unless it was (`isAnswer`).
 */
export async function learn(unit: Unit, standing: Standing, at: Date, isAnswer = false): Promise<void> {
  const userId = await ownerOf(unit, standing)
  if (userId === null) return
  const known = await store.find(unit, standing.customerId, standing.id)
  if (known && (known.status === 'canceled' || at < known.asOf)) return
  if (known && !isAnswer && at.getTime() === known.asOf.getTime()) {
    if (differs(known, standing)) unit.emit(SubscriptionDoubted, { subscription_id: standing.id }, [])
    return
  }
  const isPastDue = standing.status === 'past_due'
  await store.put(unit, standing, { asOf: at, pastDueSince: isPastDue ? (known?.pastDueSince ?? at) : null })
  const isNews = !known || differs(known, standing)
  await settle(unit, userId, standing.id, isNews)
}

/** Take Plus back from those whose payment has been overdue for longer than it is kept. */
export async function lapse(unit: Unit): Promise<void> {
  for (const { id, userId } of await store.overdueSince(unit, secondsAfter(unit.now, -GRACE_SECONDS))) {
    if (!(await holdPresent(unit, userId))) continue
    await settle(unit, userId, id, false)
  }
}

/** Whether a person pays, or is about to: they need no other subscription. */
export async function isSubscribed(view: View, userId: string): Promise<boolean> {
  const best = bestOf(await store.listOf(view, userId))
  return best !== undefined && best.status !== 'canceled'
}

/**
 * Whose subscription this is; the person is held. Null when it is nobody's here. One that is paid for somebody who is
 * gone is to be ended.
 */
async function ownerOf(unit: Unit, { id, customerId, status }: Standing): Promise<string | null> {
  const before = await store.userOf(unit, customerId)
  if (before) await holdPresent(unit, before)
  // The account may have been deleted while it was waited for.
  const userId = before ? await store.userOf(unit, customerId) : before
  if (userId === null && status !== 'canceled') unit.emit(SubscriptionForsaken, { subscription_id: id }, [])
  return userId ?? null
}

/** Give a person, who is held, what their subscriptions say now. */
async function settle(unit: Unit, userId: string, subscriptionId: string, isNews: boolean): Promise<void> {
  const user = await userById(unit, userId)
  if (!user) return
  const paid = (await store.listOf(unit, userId)).find((one) => entitles(one, unit.now))
  const plan = paid ? 'plus' : 'free'
  const monthsFrom = paid?.monthsFrom ?? null
  const isChanged = plan !== user.plan || monthsFrom?.getTime() !== user.monthsFrom?.getTime()
  if (isChanged) await changePlan(unit, userId, { plan, monthsFrom })
  if (!isChanged && !isNews) return
  unit.emit(SubscriptionChanged, { user_id: userId, subscription_id: subscriptionId }, [`user:${userId}`])
}

function entitles({ status, pastDueSince }: Subscription, now: Date): boolean {
  if (status === 'past_due') return pastDueSince !== null && now < secondsAfter(pastDueSince, GRACE_SECONDS)
  return status === 'active' || status === 'trialing'
}

function bestOf(all: readonly Subscription[]): Subscription | undefined {
  return BEST_FIRST.map((status) => all.find((one) => one.status === status)).find((one) => one !== undefined)
}

function differs(known: Subscription, told: Standing): boolean {
  return (
    known.status !== told.status ||
    known.interval !== told.interval ||
    known.isEnding !== told.isEnding ||
    known.monthsFrom.getTime() !== told.monthsFrom.getTime() ||
    known.currentPeriodEnd?.getTime() !== told.currentPeriodEnd?.getTime()
  )
}

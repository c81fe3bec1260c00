import type { User } from '#domain/accounts'
import type { View } from '#kit/unit'
import type { OwnSubscription, Status } from './model.ts'
import * as store from './store.ts'

/** Of several subscriptions, the one that stands best is the one that counts. */
const BEST_FIRST: readonly Status[] = ['active', 'trialing', 'past_due', 'canceled']

const NONE: OwnSubscription = { status: 'none', interval: null, currentPeriodEnd: null, isEnding: false }

/** What a person pays for. Whoever has never paid has a subscription too, of which there is nothing to say. */
export async function subscriptionOf(view: View, user: Pick<User, 'id'>): Promise<OwnSubscription> {
  const all = await store.listOf(view, user.id)
  const best = BEST_FIRST.map((status) => all.find((one) => one.status === status)).find((one) => one !== undefined)
  if (!best || best.status === 'incomplete') return NONE
  const { status, interval, currentPeriodEnd, isEnding } = best
  return { status, interval, currentPeriodEnd, isEnding }
}

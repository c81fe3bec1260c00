import { countryOf } from '#domain/phones'
import { secondsAfter } from '#kit/clock'
import { Unavailable } from '#kit/fault'
import type { Unit, View } from '#kit/unit'
import { estimate, type Purchase } from './model.ts'
import * as store from './store.ts'

const HOUR_SECONDS = 3600
/** Asked to come back when some of the hour is over: nobody can say how much others will spend meanwhile. */
const RETRY_SECONDS = 300

/**
 * Refuse what would be paid for while the last hour has used up what this deployment spends in one. Throws
 * `Unavailable`.
 */
export async function assertWithinBudget(view: View): Promise<void> {
  if ((await spentInHour(view)) < view.site.spendPerHour) return
  throw Unavailable({
    message: 'Calls and texts rest for a while. Try again later.',
    retryAfterSeconds: RETRY_SECONDS,
    details: { reason: 'spend_limit' },
  })
}

/**
 * Pay for one order in the unit that claims it; false when the hour's budget is used up. Purchases are counted one
 * after the other, so that many at once cannot slip through together. The same order is paid for once.
 */
export async function pay(unit: Unit, purchase: Purchase): Promise<boolean> {
  await store.lock(unit)
  if (await store.isPaid(unit, purchase.orderKey)) return true
  if ((await spentInHour(unit)) >= unit.site.spendPerHour) return false
  const { orderKey, kind, phone } = purchase
  await store.insert(unit, { orderKey, kind, country: countryOf(phone), microDollars: estimate(purchase) })
  return true
}

/** What was spent in the last hour, in dollars, by our own estimate. */
export async function spentInHour(view: View): Promise<number> {
  return (await store.sumSince(view, secondsAfter(view.now, -HOUR_SECONDS))) / 1_000_000
}

/** Forget what no limit counts any more. */
export async function tidy(unit: Unit): Promise<void> {
  await store.deleteBefore(unit, secondsAfter(unit.now, -2 * 86_400))
}

/** The stretch of time that a monthly limit counts over: from its first moment to the first of the next one. */
export interface Month {
  readonly startsAt: Date
  readonly endsAt: Date
}

/** Months of the calendar, UTC, begin like this one. */
const CALENDAR = new Date(Date.UTC(2000, 0, 1))

/**
 * The month of an account at a moment: those of a paid plan begin with the billing period, others with the calendar's,
 * UTC. A year that is paid at once has twelve of them. A day that a month does not have is its last one, as with Stripe
 * (https://docs.stripe.com/billing/subscriptions/billing-cycle).
 */
export function monthOf({ monthsFrom }: { readonly monthsFrom: Date | null }, moment: Date): Month {
  const first = monthsFrom ?? CALENDAR
  const count = monthsBetween(first, moment)
  const index = monthsAfter(first, count) > moment ? count - 1 : count
  return { startsAt: monthsAfter(first, index), endsAt: monthsAfter(first, index + 1) }
}

function monthsBetween(a: Date, b: Date): number {
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth()
}

function monthsAfter(first: Date, count: number): Date {
  const month = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + count))
  const lastDay = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate()
  const day = Math.min(first.getUTCDate(), lastDay)
  return new Date(month.getTime() + (day - 1) * 86_400_000 + (first.getTime() % 86_400_000))
}

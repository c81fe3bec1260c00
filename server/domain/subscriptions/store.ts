import type { View } from '#kit/unit'
import type { Interval, Status, Subscription } from './model.ts'

interface SubscriptionRow {
  readonly id: string
  readonly customer_id: string
  readonly status: Status
  readonly interval: Interval | null
  readonly months_from: Date
  readonly current_period_end: Date | null
  readonly cancel_at_period_end: boolean
  readonly past_due_since: Date | null
  readonly as_of: Date
}

/** All subscriptions that a person has had, the newest first. */
export async function listOf(view: View, userId: string): Promise<readonly Subscription[]> {
  const rows: SubscriptionRow[] = await view
    .sql('subscriptions')
    .join('billing_customers', 'billing_customers.id', 'subscriptions.customer_id')
    .where({ 'billing_customers.user_id': userId })
    .orderByRaw('subscriptions.created_at desc, subscriptions.id desc')
    .select('subscriptions.*')
  return rows.map(fromRow)
}

function fromRow(row: SubscriptionRow): Subscription {
  return {
    id: row.id,
    customerId: row.customer_id,
    status: row.status,
    interval: row.interval,
    monthsFrom: row.months_from,
    currentPeriodEnd: row.current_period_end,
    isEnding: row.cancel_at_period_end,
    pastDueSince: row.past_due_since,
    asOf: row.as_of,
  }
}

import type { Unit, View } from '#kit/unit'
import type { Interval, Standing, Status, Subscription } from './model.ts'

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

/** Who a customer of the provider's is to us: somebody, nobody any more (null), or nobody we know (undefined). */
export async function userOf(view: View, customerId: string): Promise<string | null | undefined> {
  const row: { user_id: string | null } | undefined = await view
    .sql('billing_customers')
    .where({ id: customerId })
    .first('user_id')
  return row?.user_id
}

/** The provider's id for a person; null before they have one. */
export async function customerOf(view: View, userId: string): Promise<string | null> {
  const row: { id: string } | undefined = await view.sql('billing_customers').where({ user_id: userId }).first('id')
  return row?.id ?? null
}

/** Note the provider's id for a person; whoever noted another one before is right. */
export async function insertCustomer(unit: Unit, userId: string, customerId: string): Promise<void> {
  await unit
    .sql('billing_customers')
    .insert({ id: customerId, user_id: userId, created_at: unit.now })
    .onConflict()
    .ignore()
}

/** A customer is nobody any more: what comes of them later is recognised, and nothing else is kept. */
export async function forgetCustomer(unit: Unit, customerId: string): Promise<void> {
  await unit.sql('subscriptions').where({ customer_id: customerId }).delete()
  await unit.sql('billing_customers').where({ id: customerId }).update({ user_id: null })
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

export async function find(view: View, customerId: string, id: string): Promise<Subscription | null> {
  const row: SubscriptionRow | undefined = await view
    .sql('subscriptions')
    .where({ customer_id: customerId, id })
    .first()
  return row ? fromRow(row) : null
}

/** Write down how a subscription stands; the caller holds the person whose it is. */
export async function put(
  unit: Unit,
  standing: Standing,
  known: { readonly asOf: Date; readonly pastDueSince: Date | null },
): Promise<void> {
  const facts = {
    status: standing.status,
    interval: standing.interval,
    months_from: standing.monthsFrom,
    current_period_end: standing.currentPeriodEnd,
    cancel_at_period_end: standing.isEnding,
    past_due_since: known.pastDueSince,
    as_of: known.asOf,
    looked_up_at: unit.now,
    updated_at: unit.now,
  }
  await unit
    .sql('subscriptions')
    .insert({ id: standing.id, customer_id: standing.customerId, created_at: unit.now, ...facts })
    .onConflict('id')
    .merge(facts)
}

/** Whose payments have been overdue since before a moment although they still have what they no longer pay for. */
export async function overdueSince(view: View, moment: Date): Promise<readonly { id: string; userId: string }[]> {
  const rows: { id: string; user_id: string }[] = await view
    .sql('subscriptions')
    .join('billing_customers', 'billing_customers.id', 'subscriptions.customer_id')
    .join('users', 'users.id', 'billing_customers.user_id')
    .where({ 'subscriptions.status': 'past_due', 'users.plan': 'plus' })
    .andWhere('subscriptions.past_due_since', '<=', moment)
    .orderBy('subscriptions.past_due_since')
    .limit(100)
    .select('subscriptions.id', 'billing_customers.user_id')
  return rows.map(({ id, user_id }) => ({ id, userId: user_id }))
}

/**
 * Take subscriptions of which nothing has been heard although their period was over at a moment, or a payment is
 * overdue; each is taken again only after `again`. Gives their ids.
 */
export async function takeUnheard(unit: Unit, over: Date, again: Date): Promise<readonly string[]> {
  const due = unit
    .sql('subscriptions')
    .whereNot({ status: 'canceled' })
    .andWhere((either) => either.where('current_period_end', '<', over).orWhere({ status: 'past_due' }))
    .andWhere('looked_up_at', '<', again)
    .orderBy('looked_up_at')
    .limit(100)
    .forUpdate()
    .skipLocked()
    .select('id')
  return unit.sql('subscriptions').whereIn('id', due).update({ looked_up_at: unit.now }).returning('id').then(ids)
}

function ids(rows: readonly { id: string }[]): readonly string[] {
  return rows.map(({ id }) => id)
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

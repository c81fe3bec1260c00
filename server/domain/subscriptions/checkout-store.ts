import type { Unit, View } from '#kit/unit'
import type { Checkout, Interval, Session, WantedCheckout } from './model.ts'

interface CheckoutRow {
  readonly id: string
  readonly user_id: string
  readonly interval: Interval
  readonly success_url: string
  readonly cancel_url: string
  readonly session_id: string | null
  readonly expires_at: Date | null
  readonly claimed_until: Date | null
  readonly created_at: Date
  readonly closed_at: Date | null
}

/** The one checkout that a person may have open; null when there is none. */
export async function findOpen(view: View, userId: string): Promise<Checkout | null> {
  const row: CheckoutRow | undefined = await view
    .sql('checkouts')
    .where({ user_id: userId })
    .whereNull('closed_at')
    .first()
  return row ? fromRow(row) : null
}

/** Take a checkout to go on with it; null when another request is at it. The caller holds the person. */
export async function claim(unit: Unit, id: string, until: Date): Promise<Checkout | null> {
  const rows: CheckoutRow[] = await unit
    .sql('checkouts')
    .where({ id })
    .andWhere((free) => free.whereNull('claimed_until').orWhere('claimed_until', '<', unit.now))
    .update({ claimed_until: until })
    .returning('*')
  return rows[0] ? fromRow(rows[0]) : null
}

/** Let others go on with a checkout. */
export async function release(unit: Unit, id: string): Promise<void> {
  await unit.sql('checkouts').where({ id }).update({ claimed_until: null })
}

/** Begin a checkout, taken until a moment; the caller holds the person, who has none open. */
export async function insert(
  unit: Unit,
  id: string,
  userId: string,
  wanted: WantedCheckout,
  until: Date,
): Promise<Checkout> {
  const { interval, successUrl, cancelUrl } = wanted
  await unit.sql('checkouts').insert({
    id,
    user_id: userId,
    interval,
    success_url: successUrl,
    cancel_url: cancelUrl,
    claimed_until: until,
    looked_up_at: unit.now,
    created_at: unit.now,
  })
  return { id, userId, sessionId: null, ...wanted }
}

/** Note the session of a checkout; false when the checkout was closed meanwhile. */
export async function noteSession(unit: Unit, id: string, session: Session): Promise<boolean> {
  const noted = await unit
    .sql('checkouts')
    .where({ id })
    .whereNull('closed_at')
    .update({ session_id: session.id, expires_at: session.expiresAt, claimed_until: null })
  return noted === 1
}

/** Close a checkout, by its own id. */
export async function close(unit: Unit, userId: string, id: string): Promise<void> {
  await unit.sql('checkouts').where({ user_id: userId, id }).whereNull('closed_at').update({ closed_at: unit.now })
}

/** Close the checkout of a session. */
export async function closeSession(unit: Unit, sessionId: string): Promise<void> {
  await unit.sql('checkouts').where({ session_id: sessionId }).whereNull('closed_at').update({ closed_at: unit.now })
}

/** Whether a session is one of ours. */
export async function isOurs(view: View, sessionId: string): Promise<boolean> {
  return (await view.sql('checkouts').where({ session_id: sessionId }).first('id')) !== undefined
}

/** Take open checkouts of which nothing has been heard since a moment; gives their sessions. */
export async function takeUnheard(unit: Unit, since: Date): Promise<readonly string[]> {
  const due = unit
    .sql('checkouts')
    .whereNull('closed_at')
    .whereNotNull('session_id')
    .andWhere('looked_up_at', '<', since)
    .orderBy('looked_up_at')
    .limit(100)
    .forUpdate()
    .skipLocked()
    .select('id')
  const rows: { session_id: string }[] = await unit
    .sql('checkouts')
    .whereIn('id', due)
    .update({ looked_up_at: unit.now })
    .returning('session_id')
  return rows.map(({ session_id }) => session_id)
}

/** Drop checkouts that were closed, or cut off before they had a session, before a moment. */
export async function deleteOld(unit: Unit, before: Date): Promise<void> {
  await unit
    .sql('checkouts')
    .where('closed_at', '<', before)
    .orWhere((cutOff) => cutOff.whereNull('session_id').andWhere('created_at', '<', before))
    .delete()
}

export async function deleteOf(unit: Unit, userId: string): Promise<void> {
  await unit.sql('checkouts').where({ user_id: userId }).delete()
}

/** Everything kept of a person's checkouts, the newest first. */
export async function listOf(
  view: View,
  userId: string,
): Promise<readonly (Checkout & { readonly createdAt: Date; readonly closedAt: Date | null })[]> {
  const rows: CheckoutRow[] = await view.sql('checkouts').where({ user_id: userId }).orderBy('created_at', 'desc')
  return rows.map((row) => ({ ...fromRow(row), createdAt: row.created_at, closedAt: row.closed_at }))
}

function fromRow(row: CheckoutRow): Checkout {
  return {
    id: row.id,
    userId: row.user_id,
    interval: row.interval,
    successUrl: row.success_url,
    cancelUrl: row.cancel_url,
    sessionId: row.session_id,
  }
}

import type { Unit, View } from '#kit/unit'
import type { Callback } from './model.ts'

interface CallbackRow {
  readonly id: string
  readonly secret: string
  readonly widget_id: string
  readonly ktag_id: string
  readonly owner_id: string
  readonly phone: string
  readonly max_seconds: number
  readonly taken_at: Date | null
  readonly over_at: Date | null
}

/** Insert a callback; false while one to the same phone, or from the same widget, goes on. */
export async function insert(
  unit: Unit,
  callback: Omit<Callback, 'takenAt' | 'overAt'>,
  givesUpAt: Date,
): Promise<boolean> {
  const rows: unknown[] = await unit
    .sql('callbacks')
    .insert({
      id: callback.id,
      secret: callback.secret,
      widget_id: callback.widgetId,
      ktag_id: callback.ktagId,
      owner_id: callback.ownerId,
      phone: callback.phone,
      max_seconds: callback.maxSeconds,
      asked_at: unit.now,
      gives_up_at: givesUpAt,
    })
    .onConflict()
    .ignore()
    .returning('id')
  return rows.length === 1
}

/** Those of whose end no word came are over once their time is: the ones to a phone, and the ones from a widget. */
export async function endOverdue(unit: Unit, { phone, widgetId }: Pick<Callback, 'phone' | 'widgetId'>): Promise<void> {
  await unit
    .sql('callbacks')
    .where((either) => either.where({ phone }).orWhere({ widget_id: widgetId }))
    .whereNull('over_at')
    .andWhere('gives_up_at', '<=', unit.now)
    .update({ over_at: unit.now })
}

export async function find(view: View, id: string): Promise<Callback | null> {
  return one(await view.sql('callbacks').where({ id }).first())
}

export async function lock(unit: Unit, id: string): Promise<Callback | null> {
  return one(await unit.sql('callbacks').where({ id }).forUpdate().first())
}

/** Change a locked callback. */
export async function update(unit: Unit, id: string, changes: Record<string, unknown>): Promise<void> {
  await unit.sql('callbacks').where({ id }).update(changes)
}

/** Those that the carrier has a leg for, as far as we know. */
export async function listOpen(view: View): Promise<readonly (Callback & { readonly carrierCallId: string })[]> {
  const rows: (CallbackRow & { carrier_call_id: string })[] = await view
    .sql('callbacks')
    .whereNull('over_at')
    .whereNotNull('carrier_call_id')
  return rows.map((row) => ({ ...fromRow(row), carrierCallId: row.carrier_call_id }))
}

/** End what goes on for an owner; gives the ids. */
export async function endOfOwner(unit: Unit, ownerId: string): Promise<readonly string[]> {
  const ended: { id: string }[] = await unit
    .sql('callbacks')
    .where({ owner_id: ownerId })
    .whereNull('over_at')
    .update({ over_at: unit.now })
    .returning('id')
  return ended.map(({ id }) => id)
}

export async function deleteBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('callbacks').where('asked_at', '<', moment).delete()
}

function one(row: CallbackRow | undefined): Callback | null {
  return row ? fromRow(row) : null
}

function fromRow(row: CallbackRow): Callback {
  return {
    id: row.id,
    secret: row.secret,
    widgetId: row.widget_id,
    ktagId: row.ktag_id,
    ownerId: row.owner_id,
    phone: row.phone,
    maxSeconds: row.max_seconds,
    takenAt: row.taken_at,
    overAt: row.over_at,
  }
}

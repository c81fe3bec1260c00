import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import type { OwnerRing } from './model.ts'

interface RingRow {
  readonly id: string
  readonly secret: string
  readonly carrier_call_id: string
  readonly ktag_id: string
  readonly owner_id: string
  readonly from_phone: string | null
  readonly phone: string
  readonly shown_number: string
  readonly max_seconds: number
  readonly taken_at: Date | null
  readonly over_at: Date | null
  readonly outcome: OwnerRing['outcome']
}

/** Whoever would have an owner's phone rung waits here for the one before: budgets are counted one by one. */
export async function lockOwner(unit: Unit, ownerId: string): Promise<void> {
  await unit.sql('users').where({ id: ownerId }).forNoKeyUpdate().first('id')
}

export async function find(view: View, id: string): Promise<OwnerRing | null> {
  return one(await view.sql('owner_rings').where({ id }).first())
}

export async function lock(unit: Unit, id: string): Promise<OwnerRing | null> {
  return one(await unit.sql('owner_rings').where({ id }).forUpdate().first())
}

/** The ring that a caller's call has led to. */
export async function findOfCall(view: View, carrierCallId: string): Promise<OwnerRing | null> {
  return one(await view.sql('owner_rings').where({ carrier_call_id: carrierCallId }).first())
}

/** Rings of an owner of whose end no word came are over once their time is. */
export async function endOverdue(unit: Unit, ownerId: string): Promise<void> {
  await unit
    .sql('owner_rings')
    .where({ owner_id: ownerId })
    .whereNull('over_at')
    .andWhere('gives_up_at', '<=', unit.now)
    .update({ over_at: unit.now })
}

/** Whether an owner's phone rings for somebody, or they talk. */
export async function isOpen(view: View, ownerId: string): Promise<boolean> {
  return (await view.sql('owner_rings').where({ owner_id: ownerId }).whereNull('over_at').first('id')) !== undefined
}

/** How often an owner's phone was rung since a moment: for one caller (null: for all who hide their number), or at all. */
export async function countSince(view: View, ownerId: string, since: Date, fromPhone?: string | null): Promise<number> {
  const query = view.sql('owner_rings').where({ owner_id: ownerId }).andWhere('began_at', '>', since)
  if (fromPhone !== undefined) query.andWhereRaw('from_phone is not distinct from ?', [fromPhone])
  const [row] = await query.count({ count: '*' })
  return Number(row?.count ?? 0)
}

/** Have an owner's phone rung; null when it rings already, or they talk. */
export async function insert(
  unit: Unit,
  ring: Omit<OwnerRing, 'takenAt' | 'overAt' | 'outcome'>,
  giveUpSeconds: number,
): Promise<OwnerRing | null> {
  const rows: RingRow[] = await unit
    .sql('owner_rings')
    .insert({
      id: ring.id,
      secret: ring.secret,
      carrier_call_id: ring.carrierCallId,
      ktag_id: ring.ktagId,
      owner_id: ring.ownerId,
      from_phone: ring.fromPhone,
      phone: ring.phone,
      shown_number: ring.shownNumber,
      max_seconds: ring.maxSeconds,
      began_at: unit.now,
      gives_up_at: secondsAfter(unit.now, giveUpSeconds),
    })
    .onConflict()
    .ignore()
    .returning('*')
  return one(rows[0])
}

/** Change a locked ring. */
export async function update(unit: Unit, id: string, changes: Record<string, unknown>): Promise<void> {
  await unit.sql('owner_rings').where({ id }).update(changes)
}

/** Forget rings that no budget counts any more. */
export async function forget(unit: Unit, before: Date): Promise<void> {
  await unit.sql('owner_rings').where('began_at', '<', before).delete()
}

function one(row: RingRow | undefined): OwnerRing | null {
  return row
    ? {
        id: row.id,
        secret: row.secret,
        carrierCallId: row.carrier_call_id,
        ktagId: row.ktag_id,
        ownerId: row.owner_id,
        fromPhone: row.from_phone,
        phone: row.phone,
        shownNumber: row.shown_number,
        maxSeconds: row.max_seconds,
        takenAt: row.taken_at,
        overAt: row.over_at,
        outcome: row.outcome,
      }
    : null
}

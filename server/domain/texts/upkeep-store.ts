import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { TEXT_RANK } from './model.ts'
import { fromRow, type StoredText, type TextRow } from './store.ts'

/** Of texts that are due, some, and when they are due again should nothing come of it. */
export async function takeDue(
  unit: Unit,
  againAt: Date,
  most: number,
): Promise<readonly { readonly id: string; readonly batchId: string | null }[]> {
  const due = unit
    .sql('texts')
    .select('id')
    .where('due_at', '<=', unit.now)
    .orderBy('due_at')
    .limit(most)
    .forUpdate()
    .skipLocked()
  const rows: { id: string; batch_id: string | null }[] = await unit
    .sql('texts')
    .whereIn('id', due)
    .update({ due_at: againAt })
    .returning(['id', 'batch_id'])
  return rows.map((row) => ({ id: row.id, batchId: row.batch_id }))
}

/** Texts that nobody has handed over in time, or that were under way so long ago that nobody knows; gives some. */
export async function lockExpired(unit: Unit, most: number): Promise<readonly StoredText[]> {
  const rows: TextRow[] = await unit
    .sql('texts')
    .where({ direction: 'out', rank: TEXT_RANK.queued })
    .andWhere('expires_at', '<=', unit.now)
    .andWhere((any) => any.whereNull('claimed_at').orWhere('claimed_at', '<=', secondsAfter(unit.now, -3600)))
    .orderBy('expires_at')
    .limit(most)
    .forUpdate()
    .skipLocked()
  return rows.flatMap((row) => fromRow(row) ?? [])
}

/** What the carrier took on before a moment and never reported the end of counts as unconfirmed; gives how many. */
export async function giveUpReports(unit: Unit, before: Date): Promise<number> {
  return unit
    .sql('texts')
    .whereIn('status', ['sending', 'sent'])
    .andWhere('updated_at', '<', before)
    .update({ status: 'unconfirmed', rank: TEXT_RANK.unconfirmed, updated_at: unit.now })
}

/** Per number of ours: how many texts it sent since a moment, and how many of them failed with one of these errors. */
export async function countFailures(
  view: View,
  since: Date,
  errorCodes: readonly number[],
): Promise<readonly { readonly ourNumber: string; readonly sent: number; readonly failed: number }[]> {
  const rows: { our_number: string; sent: string; failed: string }[] = await view
    .sql('texts')
    .where({ direction: 'out' })
    .andWhere('created_at', '>', since)
    .whereNotNull('claimed_at')
    .groupBy('our_number')
    .select('our_number')
    .select(view.sql.raw('count(*) as sent'))
    .select(view.sql.raw('count(*) filter (where error_code = any(?)) as failed', [[...errorCodes]]))
  return rows.map((row) => ({ ourNumber: row.our_number, sent: Number(row.sent), failed: Number(row.failed) }))
}

/** Drop some texts from before a moment; those whose media are still there stay. Gives how many went. */
export async function deleteBefore(unit: Unit, moment: Date, most: number): Promise<number> {
  const old = unit
    .sql('texts')
    .select('id')
    .where('created_at', '<', moment)
    .whereNotExists(unit.sql('text_media').select(unit.sql.raw('1')).whereRaw('text_media.text_id = texts.id'))
    .limit(most)
    .forUpdate()
    .skipLocked()
  return unit.sql('texts').whereIn('id', old).delete()
}

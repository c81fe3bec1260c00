import type { Unit, View } from '#kit/unit'
import { type BatchDelivery, TEXT_RANK } from './model.ts'

/**
 * Count batches by phone: what any part of a text has come to counts for the whole of it. One walk along an index for
 * each. Batches without texts are left out.
 */
export async function count(view: View, batchIds: readonly string[]): Promise<ReadonlyMap<string, BatchDelivery>> {
  const { rows } = await view.sql.raw<{ rows: (Record<keyof BatchDelivery, string> & { batch_id: string })[] }>(
    `select batch_id,
            count(*) as recipients,
            count(*) filter (where skipped) as skipped,
            count(*) filter (where failed and not skipped) as failed,
            count(*) filter (where not (skipped or failed or waits)) as sent,
            count(*) filter (where is_open and not (skipped or failed)) as open
       from (select batch_id,
                    bool_or(status = 'skipped') as skipped,
                    bool_or(status in ('failed', 'undelivered')) as failed,
                    bool_or(status = 'queued') as waits,
                    bool_or(status in ('queued', 'sending', 'sent')) as is_open
               from texts where batch_id = any(cast(? as uuid[])) group by batch_id, phone) as phones
      group by batch_id`,
    [[...batchIds]],
  )
  return new Map(
    rows.map((row) => [
      row.batch_id,
      {
        recipients: Number(row.recipients),
        sent: Number(row.sent),
        failed: Number(row.failed),
        skipped: Number(row.skipped),
        open: Number(row.open),
      },
    ]),
  )
}

/**
 * What waits of a batch and is not being handed over just now will not be sent; gives how many phones that spares. What is
 * being handed over has its last try: should the carrier not take it, it is too old for another.
 */
export async function withdraw(unit: Unit, batchId: string): Promise<number> {
  const rows: { part: number }[] = await unit
    .sql('texts')
    .where({ batch_id: batchId, rank: TEXT_RANK.queued })
    .whereNull('claimed_at')
    .update({ status: 'skipped', rank: TEXT_RANK.skipped, reason: 'withdrawn', due_at: null, updated_at: unit.now })
    .returning('part')
  await unit.sql('texts').where({ batch_id: batchId, rank: TEXT_RANK.queued }).update({ expires_at: unit.now })
  return rows.filter(({ part }) => part === 1).length
}

import { newId } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import { type OutgoingText, TEXT_RANK, type TextProgress } from './model.ts'

interface TextRow {
  readonly id: string
  readonly phone: string
  readonly our_number: string
  readonly body: string | null
}

/** Insert a text that is to be sent; gives its id. */
export async function insertOutgoing(
  unit: Unit,
  text: { readonly phone: string; readonly body: string; readonly purpose: string },
): Promise<string> {
  const id = newId()
  await unit.sql('texts').insert({
    id,
    direction: 'out',
    phone: text.phone,
    our_number: unit.site.numbers[0],
    body: text.body,
    purpose: text.purpose,
    status: 'queued',
    rank: TEXT_RANK.queued,
    created_at: unit.now,
    updated_at: unit.now,
  })
  return id
}

export async function countSince(
  view: View,
  { phone, purpose, since }: { readonly phone: string; readonly purpose: string; readonly since: Date },
): Promise<number> {
  const sent = view.sql('texts').where({ direction: 'out', phone, purpose }).andWhere('created_at', '>', since)
  const [row] = await sent.count({ count: '*' })
  return Number(row?.count ?? 0)
}

export async function findQueued(view: View, id: string): Promise<OutgoingText | null> {
  const row: TextRow | undefined = await view
    .sql('texts')
    .where({ id, direction: 'out', rank: TEXT_RANK.queued })
    .first()
  return row ? { id: row.id, phone: row.phone, ourNumber: row.our_number, body: row.body ?? '' } : null
}

/** Move a text to a higher rank; to the same or a lower one changes nothing. */
export async function advance(unit: Unit, id: string, progress: TextProgress): Promise<void> {
  const rank = TEXT_RANK[progress.status]
  await unit
    .sql('texts')
    .where({ id })
    .andWhere('rank', '<', rank)
    .update({
      status: progress.status,
      rank,
      ...(progress.carrierId ? { carrier_id: progress.carrierId } : {}),
      ...(progress.errorCode ? { error_code: progress.errorCode } : {}),
      updated_at: unit.now,
    })
}

/** Insert a text that came in; false when this carrier id is known already. */
export async function insertReceived(
  unit: Unit,
  text: { readonly carrierId: string; readonly from: string; readonly to: string; readonly body: string },
): Promise<boolean> {
  const stored = await unit
    .sql('texts')
    .insert({
      id: newId(),
      direction: 'in',
      phone: text.from,
      our_number: text.to,
      body: text.body,
      purpose: 'inbound',
      status: 'received',
      rank: TEXT_RANK.received,
      carrier_id: text.carrierId,
      created_at: unit.now,
      updated_at: unit.now,
    })
    .onConflict(unit.sql.raw('(carrier_id) where carrier_id is not null') as never)
    .ignore()
    .returning('id')
  return stored.length === 1
}

export async function insertOptOut(unit: Unit, phone: string): Promise<void> {
  await unit.sql('opt_outs').insert({ phone, opted_out_at: unit.now }).onConflict('phone').ignore()
}

export async function removeOptOut(unit: Unit, phone: string): Promise<void> {
  await unit.sql('opt_outs').where({ phone }).delete()
}

export async function hasOptOut(view: View, phone: string): Promise<boolean> {
  return (await view.sql('opt_outs').where({ phone }).first('phone')) !== undefined
}

import { newId } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import type { Keyword } from './keywords.ts'
import { type ArrivedText, type InboundText, TEXT_RANK } from './model.ts'
import type { TextRow } from './store.ts'

/** Insert a text that came in, or find the one that is known by this carrier id already. */
export async function insertReceived(
  unit: Unit,
  text: ArrivedText & { readonly keyword: Keyword | null },
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const row = {
    id: newId(),
    direction: 'in',
    phone: text.from,
    our_number: text.to,
    body: text.body,
    purpose: 'inbound',
    status: 'received',
    rank: TEXT_RANK.received,
    keyword: text.keyword,
    media_count: text.mediaCount ?? 0,
    carrier_id: text.carrierId,
    created_at: text.at ?? unit.now,
    updated_at: unit.now,
  }
  const [stored]: { id: string }[] = await unit
    .sql('texts')
    .insert(row)
    .onConflict(unit.sql.raw('(carrier_id) where carrier_id is not null') as never)
    .ignore()
    .returning('id')
  if (stored) return { id: stored.id, isNew: true }
  const known: { id: string } = await unit.sql('texts').where({ carrier_id: text.carrierId }).first('id')
  return { id: known.id, isNew: false }
}

/** A text that came in. */
export async function findReceived(view: View, id: string): Promise<InboundText | null> {
  const row = await view.sql<TextRow>('texts').where({ id, direction: 'in' }).first()
  if (!row) return null
  return {
    id: row.id,
    phone: row.phone,
    ourNumber: row.our_number ?? '',
    body: row.body ?? '',
    keyword: row.keyword,
    mediaCount: row.media_count,
    receivedAt: row.created_at,
  }
}

import { newId } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import { TextQueued } from './events.ts'
import { type OutgoingText, TEXT_RANK, type TextStatus } from './model.ts'

/**
 * The words that carriers reserve, when they are the whole message (Twilio: "Advanced Opt-Out", default keywords).
 * The carrier answers them itself; we only remember what they mean.
 */
const STOP_WORDS = new Set(['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke', 'optout'])
const START_WORDS = new Set(['start', 'yes', 'unstop'])

/** Queue a text; it is sent after the commit. A phone that has opted out gets nothing, and null comes back. */
export async function queue(
  unit: Unit,
  text: { readonly phone: string; readonly body: string; readonly purpose: string },
): Promise<string | null> {
  if (await isOptedOut(unit, text.phone)) return null
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
  unit.emit(TextQueued, { text_id: id }, [])
  return id
}

/** A queued text; null when it has been sent or failed since. */
export async function outgoing(view: View, id: string): Promise<OutgoingText | null> {
  const row = await view.sql('texts').where({ id, direction: 'out', rank: TEXT_RANK.queued }).first()
  return row ? { id: row.id, phone: row.phone, ourNumber: row.our_number, body: row.body ?? '' } : null
}

/** The carrier says how far a text has come; reports that come late or twice change nothing. */
export async function report(
  unit: Unit,
  id: string,
  progress: { readonly status: TextStatus; readonly carrierId?: string; readonly errorCode?: number | null },
): Promise<void> {
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

/** A text came in. Each carrier id counts once; opt-out words are obeyed. */
export async function receive(
  unit: Unit,
  text: { readonly carrierId: string; readonly from: string; readonly to: string; readonly body: string },
): Promise<void> {
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
  if (stored.length === 0) return
  const word = text.body.trim().toLowerCase()
  if (STOP_WORDS.has(word)) await optOut(unit, text.from)
  if (START_WORDS.has(word)) await unit.sql('opt_outs').where({ phone: text.from }).delete()
}

/** Remember that a phone wants no texts. */
export async function optOut(unit: Unit, phone: string): Promise<void> {
  await unit.sql('opt_outs').insert({ phone, opted_out_at: unit.now }).onConflict('phone').ignore()
}

/** Whether a phone has asked for no texts. */
export async function isOptedOut(view: View, phone: string): Promise<boolean> {
  return (await view.sql('opt_outs').where({ phone }).first('phone')) !== undefined
}

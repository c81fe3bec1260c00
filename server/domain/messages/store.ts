import type { Unit, View } from '#kit/unit'
import type { Peer } from './model.ts'

/** Whom a phone answers, and whether its holder knows that they do. */
export interface Conversation {
  readonly peer: Peer
  readonly isTold: boolean
}

/** From now on, and until a moment, what a phone texts to a number of ours answers somebody. */
export async function open(
  unit: Unit,
  phone: string,
  ourNumber: string,
  { userId, phone: peerPhone }: Peer,
  freshUntil: Date,
): Promise<void> {
  await unit.sql.raw(
    `insert into conversations (phone, our_number, with_user_id, with_phone, fresh_until)
     values (:phone, :ourNumber, :userId, :peerPhone, :freshUntil)
     on conflict (phone, our_number) do update set
       with_user_id = excluded.with_user_id,
       with_phone = excluded.with_phone,
       fresh_until = excluded.fresh_until,
       told_at = case
         when conversations.with_user_id is not distinct from excluded.with_user_id
           and conversations.with_phone is not distinct from excluded.with_phone
           and conversations.fresh_until > :now then conversations.told_at
       end`,
    { phone, ourNumber, userId, peerPhone, freshUntil, now: unit.now },
  )
}

/** Whom a phone answers at a number of ours; null when nobody has texted it lately. */
export async function find(view: View, phone: string, ourNumber: string): Promise<Conversation | null> {
  const row = await view
    .sql('conversations')
    .where({ phone, our_number: ourNumber })
    .andWhere('fresh_until', '>', view.now)
    .first()
  if (!row) return null
  const peer: Peer =
    row.with_user_id === null ? { userId: null, phone: row.with_phone } : { userId: row.with_user_id, phone: null }
  return { peer, isTold: row.told_at !== null }
}

export async function setTold(unit: Unit, phone: string, ourNumber: string): Promise<void> {
  await unit.sql('conversations').where({ phone, our_number: ourNumber }).update({ told_at: unit.now })
}

export async function insertSend(
  unit: Unit,
  send: { readonly id: string; readonly senderId: string; readonly recipients: number; readonly optedOut: number },
): Promise<void> {
  await unit.sql('message_sends').insert({
    id: send.id,
    sender_id: send.senderId,
    recipients: send.recipients,
    opted_out: send.optedOut,
    created_at: unit.now,
  })
}

/** What somebody has had texted since a moment. */
export async function sendsSince(view: View, senderId: string, since: Date): Promise<readonly string[]> {
  return view
    .sql('message_sends')
    .where({ sender_id: senderId })
    .andWhere('created_at', '>', since)
    .pluck<string[]>('id')
}

/** Nobody answers somebody any more by just texting back, nor does their own phone answer anybody. */
export async function removeAll(unit: Unit, userId: string, mobile: string | null): Promise<void> {
  await unit.sql('conversations').where({ with_user_id: userId }).delete()
  if (mobile !== null) await unit.sql('conversations').where({ phone: mobile }).orWhere({ with_phone: mobile }).delete()
  await unit.sql('message_sends').where({ sender_id: userId }).delete()
}

export async function listSends(view: View, senderId: string): Promise<readonly unknown[]> {
  const columns = ['id', 'recipients', 'opted_out', 'created_at']
  return view.sql('message_sends').where({ sender_id: senderId }).orderBy('id').select(columns)
}

/** Forget conversations that are over since a moment. */
export async function removeStale(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('conversations').where('fresh_until', '<', moment).delete()
}

import type { Knex } from 'knex'
import type { Plan } from '#domain/billing'
import { likePattern, type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import type { InboxFilter, InboxMessage, NewMessage, NewText, NewVoicemail, UnreadCount } from './model.ts'

interface MessageRow {
  readonly id: string
  readonly owner_id: string
  readonly number: number
  readonly kind: InboxMessage['kind']
  readonly from_phone: string | null
  readonly from_user_id: string | null
  readonly from_name: string | null
  readonly to_ktag_id: string | null
  readonly body: string | null
  readonly transcript: string | null
  readonly transcript_status: InboxMessage['transcriptStatus']
  readonly via: InboxMessage['via']
  readonly file_id: string | null
  readonly in_reply_to: string | null
  readonly read_at: Date | null
  readonly created_at: Date
}

/** Insert a voicemail; null when this recording is a message already. */
export async function insertVoicemail(
  unit: Unit,
  id: string,
  voicemail: NewVoicemail,
  fromUserId: string | null,
): Promise<InboxMessage | null> {
  await lockNumbers(unit, voicemail.ownerId)
  const rows: MessageRow[] = await unit
    .sql('messages')
    .insert({
      id,
      owner_id: voicemail.ownerId,
      number: nextNumber(unit, voicemail.ownerId),
      kind: 'voicemail',
      from_phone: voicemail.fromPhone,
      from_user_id: fromUserId,
      to_ktag_id: voicemail.ktagId,
      via: 'voice',
      duration_seconds: voicemail.durationSeconds,
      recording_id: voicemail.recordingId,
      transcript_status: voicemail.awaitsTranscript ? 'pending' : 'absent',
      created_at: unit.now,
    })
    .onConflict(unit.sql.raw('(recording_id) where recording_id is not null') as never)
    .ignore()
    .returning('*')
  return rows[0] ? fromRow(rows[0]) : null
}

/** Insert a text from somebody whom we do not know. */
export async function insertText(unit: Unit, id: string, text: NewText): Promise<InboxMessage> {
  await lockNumbers(unit, text.ownerId)
  const rows: MessageRow[] = await unit
    .sql('messages')
    .insert({
      id,
      owner_id: text.ownerId,
      number: nextNumber(unit, text.ownerId),
      kind: 'text',
      from_phone: text.fromPhone,
      from_name: text.fromName,
      to_ktag_id: text.ktagId,
      body: text.body,
      via: text.via,
      created_at: unit.now,
    })
    .returning('*')
  return fromRow(rows[0] as MessageRow)
}

/** Insert what somebody has sent. */
export async function insertMessage(unit: Unit, id: string, message: NewMessage): Promise<InboxMessage> {
  await lockNumbers(unit, message.ownerId)
  const rows: MessageRow[] = await unit
    .sql('messages')
    .insert({
      id,
      owner_id: message.ownerId,
      number: nextNumber(unit, message.ownerId),
      kind: 'text',
      from_user_id: message.fromUserId,
      from_phone: message.fromPhone,
      to_ktag_id: message.toKtagId,
      body: message.body,
      via: message.via,
      file_id: message.fileId,
      in_reply_to: message.inReplyTo,
      created_at: unit.now,
    })
    .returning('*')
  return fromRow(rows[0] as MessageRow)
}

export async function findByNumber(view: View, ownerId: string, number: number): Promise<InboxMessage | null> {
  const row: MessageRow | undefined = await present(view, ownerId).andWhere({ number }).first()
  return row ? fromRow(row) : null
}

export async function find(view: View, ownerId: string, id: string): Promise<InboxMessage | null> {
  const row: MessageRow | undefined = await present(view, ownerId).andWhere({ id }).first()
  return row ? fromRow(row) : null
}

export async function list(
  view: View,
  ownerId: string,
  filter: InboxFilter & { fromPhone?: string },
  request: PageRequest,
): Promise<Page<InboxMessage>> {
  const query = present(view, ownerId)
  if (filter.kind) query.andWhere({ kind: filter.kind })
  if (filter.unreadOnly) query.whereNull('read_at')
  if (filter.ktagId) query.andWhere({ to_ktag_id: filter.ktagId })
  if (filter.fromPhone) query.andWhere({ from_phone: filter.fromPhone }).whereNot({ via: 'widget' })
  if (filter.words) {
    const pattern = likePattern(filter.words)
    query.andWhere((any) => any.whereILike('body', pattern).orWhereILike('transcript', pattern))
  }
  if (request.beforeId) query.andWhere('id', '<', request.beforeId)
  const rows: MessageRow[] = await query
    .orderBy('id', 'desc')
    .limit(request.limit + 1)
    .offset(request.offset)
  return toPage(rows, request, fromRow)
}

/** Mark as read or unread; null when there is no such message, `isChanged` false when it was so already. */
export async function mark(
  unit: Unit,
  ownerId: string,
  id: string,
  read: boolean,
): Promise<{ message: InboxMessage; isChanged: boolean } | null> {
  const before: MessageRow | undefined = await present(unit, ownerId).andWhere({ id }).forUpdate().first()
  if (!before) return null
  if ((before.read_at !== null) === read) return { message: fromRow(before), isChanged: false }
  const rows: MessageRow[] = await unit
    .sql('messages')
    .where({ id })
    .update({ read_at: read ? unit.now : null })
    .returning('*')
  return rows[0] ? { message: fromRow(rows[0]), isChanged: true } : null
}

/** False when there is no such message. */
export async function remove(unit: Unit, ownerId: string, id: string): Promise<boolean> {
  return (await present(unit, ownerId).andWhere({ id }).update({ deleted_at: unit.now })) === 1
}

/** False when there is no such message, or it has a file. */
export async function attachFile(unit: Unit, ownerId: string, id: string, fileId: string): Promise<boolean> {
  const changed = await present(unit, ownerId).andWhere({ id }).whereNull('file_id').update({ file_id: fileId })
  return changed === 1
}

/** False when there is no such message, or it waits for no transcript. */
export async function setTranscript(
  unit: Unit,
  ownerId: string,
  id: string,
  transcript: string | null,
): Promise<boolean> {
  const changed = await present(unit, ownerId)
    .andWhere({ id, transcript_status: 'pending' })
    .update({ transcript, transcript_status: transcript === null ? 'absent' : 'ready' })
  return changed === 1
}

/** Delete a message without a trace; false when there is none such. */
export async function erase(unit: Unit, ownerId: string, id: string): Promise<boolean> {
  return (await present(unit, ownerId).andWhere({ id }).delete()) === 1
}

/** Remove the oldest voicemails that are past their owner's days. Those that somebody else is removing are left to them. */
export async function removePast(
  unit: Unit,
  days: Readonly<Record<Plan, number>>,
  chunk: number,
): Promise<readonly { readonly id: string; readonly ownerId: string }[]> {
  const old = unit
    .sql('messages')
    .join('users', 'users.id', 'messages.owner_id')
    .where({ 'messages.kind': 'voicemail' })
    .whereNull('messages.deleted_at')
    .whereRaw(
      `messages.created_at < ?::timestamptz - interval '1 day' * coalesce(
        cast(users.limits->>'voicemailRetentionDays' as numeric),
        case users.plan when 'plus' then cast(? as numeric) else cast(? as numeric) end)`,
      [unit.now, days.plus, days.free],
    )
    .orderBy('messages.created_at')
    .limit(chunk)
    .forUpdate('messages')
    .skipLocked()
    .select('messages.id')
  const rows: { id: string; owner_id: string }[] = await unit
    .sql('messages')
    .whereIn('id', old)
    .update({ deleted_at: unit.now })
    .returning(['id', 'owner_id'])
  return rows.map((row) => ({ id: row.id, ownerId: row.owner_id }))
}

/** Forget what was said in deleted messages of a file. */
export async function wipeTranscripts(unit: Unit, fileId: string): Promise<void> {
  await unit.sql('messages').where({ file_id: fileId }).whereNotNull('deleted_at').update({ transcript: null })
}

export async function holds(view: View, fileId: string): Promise<boolean> {
  return (await view.sql('messages').where({ file_id: fileId }).whereNull('deleted_at').first('id')) !== undefined
}

export async function unreadCount(view: View, ownerId: string): Promise<UnreadCount> {
  const rows: { kind: string; count: string }[] = await view
    .sql('messages')
    .where({ owner_id: ownerId })
    .whereNull('deleted_at')
    .whereNull('read_at')
    .groupBy('kind')
    .select('kind')
    .count({ count: '*' })
  const of = (kind: string) => Number(rows.find((row) => row.kind === kind)?.count ?? 0)
  return { total: of('text') + of('voicemail'), texts: of('text'), voicemails: of('voicemail') }
}

/**
 * The owner's row is locked while the next number is read, so that two messages never share one; not against rows that
 * refer to it, such as the recordings that others have just inserted and hold while they wait for this.
 */
async function lockNumbers(unit: Unit, ownerId: string): Promise<void> {
  await unit.sql('users').where({ id: ownerId }).forNoKeyUpdate().first('id')
}

function nextNumber(unit: Unit, ownerId: string): Knex.Raw {
  return unit.sql.raw('(select coalesce(max(number), 0) + 1 from messages where owner_id = ?)', [ownerId])
}

/** Delete all of a person's messages as they would themselves. */
export async function removeAll(unit: Unit, ownerId: string): Promise<void> {
  await present(unit, ownerId).update({ deleted_at: unit.now })
}

/** Delete some of a person's messages without a trace; gives how many. */
export async function purge(unit: Unit, ownerId: string, most: number): Promise<number> {
  const some = unit.sql('messages').where({ owner_id: ownerId }).limit(most).select('id')
  return unit.sql('messages').whereIn('id', some).delete()
}

/** A person's messages as they are kept. */
export async function listPortable(view: View, ownerId: string): Promise<readonly unknown[]> {
  const columns = [
    ...['id', 'number', 'kind', 'from_phone', 'to_ktag_id', 'body', 'transcript', 'via', 'duration_seconds'],
    ...['file_id', 'in_reply_to', 'read_at', 'created_at'],
  ]
  return present(view, ownerId).orderBy('id').select(columns)
}

function present(view: View, ownerId: string): Knex.QueryBuilder {
  return view.sql('messages').where({ owner_id: ownerId }).whereNull('deleted_at')
}

function fromRow(row: MessageRow): InboxMessage {
  return {
    id: row.id,
    ownerId: row.owner_id,
    number: row.number,
    kind: row.kind,
    fromPhone: row.from_phone,
    fromUserId: row.from_user_id,
    fromName: row.from_name,
    toKtagId: row.to_ktag_id,
    body: row.body,
    transcript: row.transcript,
    transcriptStatus: row.transcript_status,
    via: row.via,
    fileId: row.file_id,
    inReplyTo: row.in_reply_to,
    readAt: row.read_at,
    createdAt: row.created_at,
  }
}

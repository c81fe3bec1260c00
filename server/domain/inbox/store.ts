import type { Knex } from 'knex'
import { secondsAfter } from '#kit/clock'
import { likePattern, type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import type { InboxFilter, InboxMessage, NewVoicemail, UnreadCount, Visit, VoicemailSound } from './model.ts'

/** About two days of growing pauses. */
const SOUND_TRIES = 60

interface MessageRow {
  readonly id: string
  readonly owner_id: string
  readonly number: number
  readonly kind: InboxMessage['kind']
  readonly from_phone: string | null
  readonly from_user_id: string | null
  readonly to_ktag_id: string | null
  readonly body: string | null
  readonly transcript: string | null
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
  // The owner's row is locked while the next number is read, so that two messages never share one.
  await unit.sql('users').where({ id: voicemail.ownerId }).forUpdate().first('id')
  const number = unit.sql.raw('(select coalesce(max(number), 0) + 1 from messages where owner_id = ?)', [
    voicemail.ownerId,
  ])
  const rows: MessageRow[] = await unit
    .sql('messages')
    .insert({
      id,
      owner_id: voicemail.ownerId,
      number,
      kind: 'voicemail',
      from_phone: voicemail.fromPhone,
      from_user_id: fromUserId,
      to_ktag_id: voicemail.ktagId,
      via: 'voice',
      duration_seconds: voicemail.durationSeconds,
      recording_id: voicemail.recordingId,
      sound_due_at: secondsAfter(unit.now, 5),
      created_at: unit.now,
    })
    .onConflict(unit.sql.raw('(recording_id) where recording_id is not null') as never)
    .ignore()
    .returning('*')
  return rows[0] ? fromRow(rows[0]) : null
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
  if (filter.fromPhone) query.andWhere({ from_phone: filter.fromPhone })
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

/** The message of a recording, while it has no sound. */
export async function findSilent(view: View, recordingId: string): Promise<string | null> {
  const row: { id: string } | undefined = await silent(view).andWhere({ recording_id: recordingId }).first('id')
  return row?.id ?? null
}

export async function findSound(view: View, id: string): Promise<VoicemailSound | null> {
  const row: SoundRow | undefined = await silent(view).andWhere({ id }).first()
  return row ? toSound(row) : null
}

/** Voicemails whose sound has been waited for long enough to ask again. */
export async function dueSounds(view: View): Promise<readonly VoicemailSound[]> {
  const rows: SoundRow[] = await silent(view)
    .andWhere('sound_tries', '<', SOUND_TRIES)
    .andWhere('sound_due_at', '<=', view.now)
    .orderBy('sound_due_at')
    .limit(50)
  return rows.map(toSound)
}

/** Pauses of 5, 10, 20 … seconds, an hour at most. */
export async function postponeSound(unit: Unit, id: string): Promise<void> {
  await silent(unit)
    .andWhere({ id })
    .update({
      sound_tries: unit.sql.raw('sound_tries + 1'),
      sound_due_at: unit.sql.raw("?::timestamptz + least(3600, 5 * 2 ^ least(sound_tries, 20)) * interval '1 second'", [
        unit.now,
      ]),
    })
}

/** Lock a message that has no sound yet; false when there is none such. */
export async function lockSilent(unit: Unit, ownerId: string, id: string): Promise<boolean> {
  return (await present(unit, ownerId).andWhere({ id }).whereNull('file_id').forUpdate().first('id')) !== undefined
}

export async function attachFile(unit: Unit, id: string, fileId: string): Promise<void> {
  await unit.sql('messages').where({ id }).update({ file_id: fileId })
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

/** Note who is about to speak on a call; what was noted of that call before is replaced. */
export async function noteVisit(unit: Unit, visit: Visit): Promise<void> {
  await unit
    .sql('voicemail_visits')
    .insert({
      carrier_call_id: visit.carrierCallId,
      from_phone: visit.fromPhone,
      ktag_id: visit.ktagId,
      owner_id: visit.ownerId,
      began_at: unit.now,
    })
    .onConflict('carrier_call_id')
    .merge()
}

export async function findVisit(view: View, carrierCallId: string): Promise<Visit | null> {
  const row: VisitRow | undefined = await view.sql('voicemail_visits').where({ carrier_call_id: carrierCallId }).first()
  return row
    ? { carrierCallId: row.carrier_call_id, fromPhone: row.from_phone, ktagId: row.ktag_id, ownerId: row.owner_id }
    : null
}

function present(view: View, ownerId: string): Knex.QueryBuilder {
  return view.sql('messages').where({ owner_id: ownerId }).whereNull('deleted_at')
}

interface VisitRow {
  readonly carrier_call_id: string
  readonly from_phone: string | null
  readonly ktag_id: string
  readonly owner_id: string
}

interface SoundRow {
  readonly id: string
  readonly owner_id: string
  readonly recording_id: string
  readonly duration_seconds: number
}

function silent(view: View): Knex.QueryBuilder {
  return view.sql('messages').whereNotNull('recording_id').whereNull('file_id').whereNull('deleted_at')
}

function toSound(row: SoundRow): VoicemailSound {
  return {
    messageId: row.id,
    ownerId: row.owner_id,
    recordingId: row.recording_id,
    durationSeconds: row.duration_seconds,
  }
}

function fromRow(row: MessageRow): InboxMessage {
  return {
    id: row.id,
    ownerId: row.owner_id,
    number: row.number,
    kind: row.kind,
    fromPhone: row.from_phone,
    fromUserId: row.from_user_id,
    toKtagId: row.to_ktag_id,
    body: row.body,
    transcript: row.transcript,
    via: row.via,
    fileId: row.file_id,
    inReplyTo: row.in_reply_to,
    readAt: row.read_at,
    createdAt: row.created_at,
  }
}

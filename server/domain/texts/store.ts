import type { Unit, View } from '#kit/unit'
import type { Keyword } from './keywords.ts'
import { TEXT_RANK, type TextNetwork, type TextStatus } from './model.ts'

/** A text of ours as its row stands. */
export interface StoredText {
  readonly id: string
  readonly phone: string
  readonly ourNumber: string | null
  readonly body: string | null
  readonly purpose: string
  readonly status: TextStatus
  readonly rank: number
  readonly messageId: string | null
  readonly part: number
  readonly attempt: number
  readonly batchId: string | null
  readonly segments: number
  readonly network: TextNetwork
  /** The challenge whose code it carries. */
  readonly challengeId: string | null
  readonly carrierId: string | null
  readonly lastErrorCode: number | null
  readonly expiresAt: Date | null
  readonly claimedAt: Date | null
}

/** One part of a text that is to be sent. */
export interface NewPart {
  readonly id: string
  readonly messageId: string | null
  readonly part: number
  readonly parts: number
  readonly phone: string
  readonly body: string
  readonly segments: number
  readonly purpose: string
  readonly isReply: boolean
  readonly batchId: string | null
  readonly status: 'queued' | 'skipped'
  readonly dueAt: Date | null
  readonly expiresAt: Date
}

/** A text's row as the database gives it; also read by the module's other stores. */
export interface TextRow {
  readonly id: string
  readonly direction: 'in' | 'out'
  readonly phone: string
  readonly our_number: string | null
  readonly body: string | null
  readonly purpose: string
  readonly status: TextStatus
  readonly rank: number
  readonly message_id: string | null
  readonly part: number
  readonly attempt: number
  readonly batch_id: string | null
  readonly segments: number | null
  readonly network: TextNetwork
  readonly challenge_id: string | null
  readonly carrier_id: string | null
  readonly error_code: number | null
  readonly keyword: Keyword | null
  readonly media_count: number
  readonly expires_at: Date | null
  readonly claimed_at: Date | null
  readonly created_at: Date
}

/** The database takes so many values in one statement: 65,535 for all columns of all rows. */
const ROWS_AT_ONCE = 500

/** Insert parts that are to be sent; those that their batch has for their phone already are left out. Gives the ids. */
export async function insertParts(unit: Unit, parts: readonly NewPart[]): Promise<ReadonlySet<string>> {
  const inserted = new Set<string>()
  for (let start = 0; start < parts.length; start += ROWS_AT_ONCE) {
    const rows: { id: string }[] = await unit
      .sql('texts')
      .insert(parts.slice(start, start + ROWS_AT_ONCE).map((part) => rowOf(unit, part)))
      .onConflict(unit.sql.raw('(batch_id, phone, part) where batch_id is not null') as never)
      .ignore()
      .returning('id')
    for (const { id } of rows) inserted.add(id)
  }
  return inserted
}

function rowOf(unit: Unit, part: NewPart): Record<string, unknown> {
  return {
    id: part.id,
    direction: 'out',
    phone: part.phone,
    body: part.body,
    purpose: part.purpose,
    status: part.status,
    rank: TEXT_RANK[part.status],
    message_id: part.messageId,
    part: part.part,
    parts: part.parts,
    batch_id: part.batchId,
    is_reply: part.isReply,
    segments: part.segments,
    reason: part.status === 'skipped' ? 'opted_out' : null,
    due_at: part.dueAt,
    expires_at: part.expiresAt,
    created_at: unit.now,
    updated_at: unit.now,
  }
}

/** Insert the row of a text that lets somebody in, which holds no word of it. One that is there stays as it is. */
export async function insertSecret(
  unit: Unit,
  secret: {
    readonly id: string
    readonly phone: string
    readonly purpose: string
    readonly ourNumber: string
    readonly segments: number
    readonly network: TextNetwork
    readonly challengeId: string | null
    readonly expiresAt: Date
  },
): Promise<void> {
  await unit
    .sql('texts')
    .insert({
      id: secret.id,
      direction: 'out',
      phone: secret.phone,
      our_number: secret.ourNumber,
      body: null,
      purpose: secret.purpose,
      status: 'queued',
      rank: TEXT_RANK.queued,
      segments: secret.segments,
      network: secret.network,
      challenge_id: secret.challengeId,
      expires_at: secret.expiresAt,
      created_at: unit.now,
      updated_at: unit.now,
    })
    .onConflict('id')
    .ignore()
}

/** How many messages of one purpose went to a phone since then; the parts of a long one count as one. */
export async function countSince(
  view: View,
  { phone, purpose, since }: { readonly phone: string; readonly purpose: string; readonly since: Date },
): Promise<number> {
  const sent = view.sql('texts').where({ direction: 'out', part: 1, phone, purpose }).andWhere('created_at', '>', since)
  const [row] = await sent.count({ count: '*' })
  return Number(row?.count ?? 0)
}

export async function find(view: View, id: string): Promise<StoredText | null> {
  return fromRow(await view.sql<TextRow>('texts').where({ id, direction: 'out' }).first())
}

/** One text of ours, locked until the unit ends. */
export async function lock(unit: Unit, id: string): Promise<StoredText | null> {
  return fromRow(await unit.sql<TextRow>('texts').where({ id, direction: 'out' }).forUpdate().first())
}

export async function findPart(view: View, messageId: string, part: number): Promise<StoredText | null> {
  return fromRow(await view.sql<TextRow>('texts').where({ message_id: messageId, part }).first())
}

/** The text that a carrier's id names; null for one that is not ours, or came in. */
export async function findByCarrierId(view: View, carrierId: string): Promise<StoredText | null> {
  return fromRow(await view.sql<TextRow>('texts').where({ carrier_id: carrierId, direction: 'out' }).first())
}

/** A text is handed over now, from this number. */
export async function claim(unit: Unit, id: string, ourNumber: string): Promise<void> {
  await unit.sql('texts').where({ id }).update({ our_number: ourNumber, claimed_at: unit.now, updated_at: unit.now })
}

/** Set what a text has come to; the caller holds its row and has looked at its rank. */
export async function advance(
  unit: Unit,
  id: string,
  step: {
    readonly status: TextStatus
    readonly carrierId?: string | undefined
    readonly errorCode?: number | null | undefined
    readonly reason?: string | undefined
  },
): Promise<void> {
  const { status, carrierId, errorCode, reason } = step
  if (carrierId) {
    // Whoever names the text and the carrier's id together is right; a guess from a list gives way.
    await unit.sql('texts').where({ carrier_id: carrierId }).whereNot({ id }).update({ carrier_id: null })
  }
  await unit
    .sql('texts')
    .where({ id })
    .update({
      status,
      rank: TEXT_RANK[status],
      due_at: null,
      ...(carrierId ? { carrier_id: carrierId } : {}),
      ...(errorCode ? { error_code: errorCode } : {}),
      ...(reason ? { reason } : {}),
      updated_at: unit.now,
    })
}

/** Put a text back for another try at a moment; what is told of the tries before concerns it no more. */
export async function tryAgain(unit: Unit, id: string, at: Date, errorCode: number | null = null): Promise<void> {
  await unit
    .sql('texts')
    .where({ id })
    .update({
      status: 'queued',
      rank: TEXT_RANK.queued,
      attempt: unit.sql.raw('attempt + 1'),
      carrier_id: null,
      claimed_at: null,
      due_at: at,
      error_code: errorCode,
      updated_at: unit.now,
    })
}

/** The parts behind one that will not arrive, as far as they wait, will not be sent; gives them. */
export async function failRest(unit: Unit, messageId: string, part: number): Promise<readonly StoredText[]> {
  const rows: TextRow[] = await unit
    .sql('texts')
    .where({ message_id: messageId, rank: TEXT_RANK.queued })
    .andWhere('part', '>', part)
    .update({ status: 'failed', rank: TEXT_RANK.failed, reason: 'part_failed', due_at: null, updated_at: unit.now })
    .returning('*')
  return rows.flatMap((row) => fromRow(row) ?? [])
}

/** Everything that waits for a phone and is not being handed over just now will not be sent. */
export async function skipWaiting(unit: Unit, phone: string): Promise<void> {
  await unit
    .sql('texts')
    .where({ phone, direction: 'out', rank: TEXT_RANK.queued })
    .whereNull('claimed_at')
    .update({ status: 'skipped', rank: TEXT_RANK.skipped, reason: 'opted_out', due_at: null, updated_at: unit.now })
}

/**
 * A text with all its parts, as far as they wait, will not be sent; false when its first part is under way or gone. What is
 * being handed over has its last try.
 */
export async function withdrawText(unit: Unit, id: string): Promise<boolean> {
  const withdrawn: { id: string }[] = await unit
    .sql('texts')
    .where((parts) => parts.where({ id }).orWhere({ message_id: id }))
    .andWhere({ direction: 'out', rank: TEXT_RANK.queued })
    .whereNull('claimed_at')
    .update({ status: 'skipped', rank: TEXT_RANK.skipped, reason: 'withdrawn', due_at: null, updated_at: unit.now })
    .returning('id')
  const rest = unit.sql('texts').where((parts) => parts.where({ id }).orWhere({ message_id: id }))
  await rest.andWhere({ direction: 'out', rank: TEXT_RANK.queued }).update({ expires_at: unit.now })
  return withdrawn.some((part) => part.id === id)
}

/** A part is to be handed over; it is looked at again at a moment should nothing come of it. */
export async function makeDue(unit: Unit, id: string, againAt: Date): Promise<void> {
  await unit.sql('texts').where({ id, rank: TEXT_RANK.queued }).update({ due_at: againAt })
}

/** The times of the last automatic replies to a phone, newest first. */
export async function latestReplies(view: View, phone: string, count: number): Promise<readonly Date[]> {
  return view
    .sql('texts')
    .where({ phone, is_reply: true })
    .orderBy('created_at', 'desc')
    .limit(count)
    .pluck<Date[]>('created_at')
}

/** Those of some phones that have been texted before, but for codes and links. */
export async function textedAmong(view: View, phones: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await view.sql.raw<{ rows: { phone: string }[] }>(
    `select phone from unnest(cast(? as text[])) as asked (phone)
      where exists (select 1 from texts
                     where texts.phone = asked.phone and direction = 'out' and purpose not in ('code', 'link'))`,
    [[...phones]],
  )
  return new Set(rows.map(({ phone }) => phone))
}

/** A row in the domain's words. */
export function fromRow(row: TextRow | undefined): StoredText | null {
  if (!row) return null
  return {
    id: row.id,
    phone: row.phone,
    ourNumber: row.our_number,
    body: row.body,
    purpose: row.purpose,
    status: row.status,
    rank: row.rank,
    messageId: row.message_id,
    part: row.part,
    attempt: row.attempt,
    batchId: row.batch_id,
    segments: row.segments ?? 1,
    network: row.network,
    challengeId: row.challenge_id,
    carrierId: row.carrier_id,
    lastErrorCode: row.error_code,
    expiresAt: row.expires_at,
    claimedAt: row.claimed_at,
  }
}

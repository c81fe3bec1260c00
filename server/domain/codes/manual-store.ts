import type { Channel } from '#domain/verification'
import type { Unit, View } from '#kit/unit'
import type { ManualMessage, ManualStatus } from './model.ts'

interface MessageRow {
  readonly id: string
  readonly no: string
  readonly realm_id: string
  readonly channel: Channel
  readonly status: ManualStatus
  readonly error: string | null
  readonly callback_url: string | null
  readonly finished_at: Date | null
}

/** A message with what only this module sees. */
export interface StoredMessage extends Omit<ManualMessage, 'code'> {
  /** That of its challenge. */
  readonly id: string
  readonly realmId: string
  readonly callbackUrl: string | null
  readonly isFinished: boolean
}

export async function insert(
  unit: Unit,
  message: {
    readonly id: string
    readonly realmId: string
    readonly channel: Channel
    readonly callbackUrl: string | null
  },
): Promise<StoredMessage> {
  const rows: MessageRow[] = await unit
    .sql('manual_messages')
    .insert({
      id: message.id,
      realm_id: message.realmId,
      channel: message.channel,
      status: 'queued',
      callback_url: message.callbackUrl,
      created_at: unit.now,
    })
    .returning('*')
  return fromRow(rows[0] as MessageRow)
}

export async function findByNo(view: View, realmId: string, no: number): Promise<StoredMessage | null> {
  return orNull(await view.sql('manual_messages').where({ realm_id: realmId, no }).first())
}

export async function findById(view: View, id: string): Promise<StoredMessage | null> {
  return orNull(await view.sql('manual_messages').where({ id }).first())
}

/** One message, held until the unit ends. */
export async function lock(unit: Unit, id: string): Promise<StoredMessage | null> {
  return orNull(await unit.sql('manual_messages').where({ id }).forUpdate().first())
}

export async function advance(
  unit: Unit,
  id: string,
  to: { readonly status: ManualStatus; readonly error: string | null; readonly isFinished: boolean },
): Promise<void> {
  const { status, error, isFinished } = to
  await unit
    .sql('manual_messages')
    .where({ id })
    .update({ status, error, ...(isFinished ? { finished_at: unit.now } : {}) })
}

/** Messages of which nothing has been heard to the end since before a moment. */
export async function lockUnfinished(unit: Unit, before: Date, most: number): Promise<readonly StoredMessage[]> {
  const rows: MessageRow[] = await unit
    .sql('manual_messages')
    .whereNull('finished_at')
    .andWhere('created_at', '<', before)
    .orderBy('created_at')
    .limit(most)
    .forUpdate()
    .skipLocked()
  return rows.map(fromRow)
}

export async function deleteBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('manual_messages').where('created_at', '<', moment).delete()
}

function orNull(row: MessageRow | undefined): StoredMessage | null {
  return row ? fromRow(row) : null
}

function fromRow(row: MessageRow): StoredMessage {
  return {
    id: row.id,
    no: Number(row.no),
    realmId: row.realm_id,
    channel: row.channel,
    status: row.status,
    error: row.error,
    callbackUrl: row.callback_url,
    isFinished: row.finished_at !== null,
  }
}

import type { Knex } from 'knex'
import { newId } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import type { KeptMedium, Medium, MediumAddress, Refusal, WaitingMedium } from './model.ts'

interface MediumRow {
  readonly id: string
  readonly text_id: string
  readonly position: number
  readonly carrier_message_id: string
  readonly carrier_media_id: string
  readonly state: Medium['state']
  readonly reason: Refusal | null
  readonly tries: number
  readonly due_at: Date | null
  readonly kind: KeptMedium['kind'] | null
  readonly content_type: string | null
  readonly size_bytes: string | null
  readonly width: number | null
  readonly height: number | null
}

/**
 * Note the media of a text, those without an address as refused; an address that comes later is taken after all. Gives
 * how many are news.
 */
export async function insert(unit: Unit, textId: string, media: readonly (MediumAddress | null)[]): Promise<number> {
  if (media.length === 0) return 0
  const known = 'carrier_message_id carrier_media_id declared_type state reason due_at updated_at'.split(' ')
  const rows = await unit
    .sql('text_media')
    .insert(
      media.map((medium, position) => ({
        id: newId(),
        text_id: textId,
        position,
        carrier_message_id: medium?.carrierMessageId ?? '',
        carrier_media_id: medium?.carrierMediaId ?? '',
        declared_type: medium?.declaredType ?? '',
        state: medium ? 'waiting' : 'refused',
        reason: medium ? null : 'no_address',
        due_at: medium ? unit.now : null,
        created_at: unit.now,
        updated_at: unit.now,
      })),
    )
    .onConflict(['text_id', 'position'])
    .merge(known)
    .whereRaw(`text_media.reason = 'no_address' and excluded.state = 'waiting'`)
    .returning('id')
  return rows.length
}

/** The text that a medium came with. */
export async function textOf(view: View, id: string): Promise<string | null> {
  const row: { text_id: string } | undefined = await view.sql('text_media').where({ id }).first('text_id')
  return row?.text_id ?? null
}

/** The ids of media that are due, oldest first. */
export async function dueIds(view: View, most: number): Promise<readonly string[]> {
  return view.sql('text_media').where('due_at', '<=', view.now).orderBy('due_at').limit(most).pluck<string[]>('id')
}

/** The ids of a text's media that are due. */
export async function dueIdsOf(view: View, textId: string): Promise<readonly string[]> {
  return view
    .sql('text_media')
    .where({ text_id: textId })
    .andWhere('due_at', '<=', view.now)
    .orderBy('position')
    .pluck<string[]>('id')
}

/** A medium that is due, locked until the unit ends, with how often it has been tried. */
export async function lockDue(unit: Unit, id: string): Promise<(WaitingMedium & { readonly tries: number }) | null> {
  const row = await unit
    .sql<MediumRow>('text_media')
    .where({ id })
    .andWhere('due_at', '<=', unit.now)
    .forUpdate()
    .skipLocked()
    .first()
  if (!row) return null
  const { carrier_message_id: carrierMessageId, carrier_media_id: carrierMediaId, tries } = row
  return { id: row.id, carrierMessageId, carrierMediaId, tries }
}

/** A try begins; the next one is due at a moment, should nothing come of this one. */
export async function startTry(unit: Unit, id: string, nextAt: Date): Promise<void> {
  await unit
    .sql('text_media')
    .where({ id })
    .update({ tries: unit.sql.raw('tries + 1'), due_at: nextAt, updated_at: unit.now })
}

/** Settle a medium that waits; false when it did not wait any more. */
export async function settle(
  unit: Unit,
  id: string,
  outcome: { readonly kept: KeptMedium } | { readonly refused: Refusal },
): Promise<boolean> {
  const moved = await unit
    .sql('text_media')
    .where({ id, state: 'waiting' })
    .update({
      due_at: null,
      updated_at: unit.now,
      ...('refused' in outcome
        ? { state: 'refused', reason: outcome.refused }
        : {
            state: 'kept',
            kind: outcome.kept.kind,
            content_type: outcome.kept.contentType,
            size_bytes: outcome.kept.sizeBytes,
            width: outcome.kept.width,
            height: outcome.kept.height,
          }),
    })
  return moved === 1
}

/** The media of a text in their order. */
export async function list(view: View, textId: string): Promise<readonly Medium[]> {
  const rows: MediumRow[] = await view.sql('text_media').where({ text_id: textId }).orderBy('position')
  return rows.map(fromRow)
}

/** The media of a text in their order, locked until the unit ends. */
export async function lockAll(unit: Unit, textId: string): Promise<readonly Medium[]> {
  const rows: MediumRow[] = await unit.sql('text_media').where({ text_id: textId }).orderBy('position').forUpdate()
  return rows.map(fromRow)
}

/** Some media from before a moment are to go: nobody is handed them any more. Gives their ids. */
export async function expireBefore(unit: Unit, moment: Date, most: number): Promise<readonly string[]> {
  return expire(unit, unit.sql('text_media').where('created_at', '<', moment), most)
}

/** The same of some media that came from a phone up to a moment. */
export async function expireFrom(unit: Unit, phone: string, until: Date, most: number): Promise<readonly string[]> {
  const texts = unit.sql('texts').where({ phone, direction: 'in' }).andWhere('created_at', '<=', until).select('id')
  return expire(unit, unit.sql('text_media').whereIn('text_id', texts), most)
}

async function expire(unit: Unit, old: Knex.QueryBuilder, most: number): Promise<readonly string[]> {
  const rows: { id: string }[] = await unit
    .sql('text_media')
    .whereIn('id', old.select('id').limit(most).forUpdate().skipLocked())
    .update({ state: 'expired', due_at: null, updated_at: unit.now })
    .returning('id')
  return rows.map(({ id }) => id)
}

export async function remove(unit: Unit, ids: readonly string[]): Promise<void> {
  await unit
    .sql('text_media')
    .whereIn('id', [...ids])
    .andWhere({ state: 'expired' })
    .delete()
}

function fromRow(row: MediumRow): Medium {
  const { kind, content_type: contentType, size_bytes: sizeBytes, width, height } = row
  const isKept = row.state === 'kept' && kind !== null && contentType !== null && sizeBytes !== null
  return {
    id: row.id,
    position: row.position,
    state: row.state,
    reason: row.reason,
    kept: isKept ? { kind, contentType, sizeBytes: Number(sizeBytes), width, height } : null,
  }
}

import type { Unit, View } from '#kit/unit'
import type { Outcome, Share } from './model.ts'

/** Take a text to answer it; false when somebody has. */
export async function insert(unit: Unit, textId: string, phone: string): Promise<boolean> {
  const row = { text_id: textId, phone, outcome: 'taken', at: unit.now }
  const taken = await unit.sql('incoming_texts').insert(row).onConflict('text_id').ignore().returning('text_id')
  return taken.length === 1
}

export async function isTaken(view: View, textId: string): Promise<boolean> {
  return (await view.sql('incoming_texts').where({ text_id: textId }).first('text_id')) !== undefined
}

export async function setOutcome(unit: Unit, textId: string, outcome: Outcome): Promise<void> {
  await unit.sql('incoming_texts').where({ text_id: textId }).update({ outcome })
}

/** Note that the answer to a text was to slow down, and until when that is not said again. */
export async function warn(unit: Unit, textId: string, of: Share, until: Date): Promise<void> {
  await unit.sql('incoming_texts').where({ text_id: textId }).update({ warned_of: of, warned_until: until })
}

/** Whether a phone was told to slow down and is to wait still. */
export async function isWarned(view: View, phone: string, of: Share): Promise<boolean> {
  const warned = view.sql('incoming_texts').where({ phone, warned_of: of }).andWhere('warned_until', '>', view.now)
  return (await warned.first('text_id')) !== undefined
}

/** When the texts of a phone that were done came, since a moment, oldest first. */
export async function takenSince(view: View, phone: string, since: Date): Promise<readonly Date[]> {
  return view
    .sql('incoming_texts')
    .where({ phone })
    .whereNotIn('outcome', ['too_fast', 'warned', 'late', 'late_told'])
    .andWhere('at', '>', since)
    .orderBy('at')
    .pluck<Date[]>('at')
}

/** Whether a phone was given such an answer since a moment. */
export async function hasOutcome(view: View, phone: string, outcome: Outcome, since: Date): Promise<boolean> {
  const given = view.sql('incoming_texts').where({ phone, outcome }).andWhere('at', '>', since)
  return (await given.first('text_id')) !== undefined
}

/** Ask a phone whether it means a tag; takes the place of what it was asked before. */
export async function ask(unit: Unit, phone: string, ktagId: string, expiresAt: Date): Promise<void> {
  const row = { phone, ktag_id: ktagId, expires_at: expiresAt }
  await unit.sql('phone_questions').insert(row).onConflict('phone').merge()
}

/** Take the tag that a phone was asked about, once; null when nothing waits for its answer. */
export async function takeQuestion(unit: Unit, phone: string): Promise<string | null> {
  const [row] = await unit.sql('phone_questions').where({ phone }).delete().returning('*')
  return row && row.expires_at > unit.now ? row.ktag_id : null
}

export async function removePhone(unit: Unit, phone: string): Promise<void> {
  await unit.sql('incoming_texts').where({ phone }).delete()
  await unit.sql('phone_questions').where({ phone }).delete()
}

export async function removeBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('incoming_texts').where('at', '<', moment).delete()
  await unit.sql('phone_questions').where('expires_at', '<', unit.now).delete()
}

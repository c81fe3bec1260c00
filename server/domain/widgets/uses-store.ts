import type { Unit, View } from '#kit/unit'
import type { Action } from './model.ts'

/** One form that a visitor has sent. */
export interface Use {
  readonly formId: string
  readonly widgetId: string
  readonly ownerId: string
  readonly action: Action
  /** E.164. */
  readonly phone: string
  /** The numbers around it. */
  readonly prefix: string
  readonly ip: string
}

/** By what uses are counted. */
export type CountedBy = { readonly [K in 'widgetId' | 'ownerId' | 'phone' | 'prefix' | 'ip']?: string }

const COLUMNS = { widgetId: 'widget_id', ownerId: 'owner_id', phone: 'phone', prefix: 'prefix', ip: 'ip' } as const

/** Others who would use what is counted under one of these keys wait until the unit ends. */
export async function lock(unit: Unit, keys: readonly string[]): Promise<void> {
  for (const key of [...keys].sort()) {
    await unit.sql.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`widget ${key}`])
  }
}

/** Note a use; false when this form was noted before. */
export async function insert(unit: Unit, use: Use): Promise<boolean> {
  const rows: unknown[] = await unit
    .sql('widget_uses')
    .insert({
      form_id: use.formId,
      widget_id: use.widgetId,
      owner_id: use.ownerId,
      action: use.action,
      phone: use.phone,
      prefix: use.prefix,
      ip: use.ip,
      used_at: unit.now,
    })
    .onConflict('form_id')
    .ignore()
    .returning('form_id')
  return rows.length === 1
}

/** Whether a form was noted before. */
export async function isNoted(view: View, formId: string): Promise<boolean> {
  return (await view.sql('widget_uses').where({ form_id: formId }).first('form_id')) !== undefined
}

/** What a form has led to: the challenge that a code was sent for. */
export async function noteChallenge(unit: Unit, formId: string, challengeId: string): Promise<void> {
  await unit.sql('widget_uses').where({ form_id: formId }).update({ challenge_id: challengeId })
}

/** The challenge that a form has led to; null when there is none. */
export async function challengeOf(view: View, formId: string): Promise<string | null> {
  const row: { challenge_id: string | null } | undefined = await view
    .sql('widget_uses')
    .where({ form_id: formId })
    .first('challenge_id')
  return row?.challenge_id ?? null
}

/** When the nth use before now was; null when there were not so many since a moment. */
export async function nthBefore(
  view: View,
  counted: { readonly action: Action; readonly by: CountedBy; readonly nth: number; readonly since: Date },
): Promise<Date | null> {
  const { action, by, nth, since } = counted
  const where = Object.entries(by).map(([name, value]) => [COLUMNS[name as keyof CountedBy], value])
  const row: { used_at: Date } | undefined = await view
    .sql('widget_uses')
    .where({ action, ...Object.fromEntries(where) })
    .andWhere('used_at', '>', since)
    .orderBy('used_at', 'desc')
    .offset(nth - 1)
    .first('used_at')
  return row?.used_at ?? null
}

/** Forget what no budget counts any more. */
export async function deleteBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('widget_uses').where('used_at', '<', moment).delete()
}

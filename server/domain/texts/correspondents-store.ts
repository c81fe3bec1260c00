import type { Unit, View } from '#kit/unit'

/** What is known of a phone that we text with or call. */
export interface Correspondent {
  readonly ourNumber: string
  readonly startedAt: Date | null
  readonly repliesRestUntil: Date | null
}

interface CorrespondentRow {
  readonly phone: string
  readonly our_number: string
  readonly chosen_at: Date
  readonly started_at: Date | null
  readonly replies_rest_until: Date | null
}

export async function find(view: View, phone: string): Promise<Correspondent | null> {
  return fromRow(await view.sql<CorrespondentRow>('correspondents').where({ phone }).first())
}

/** Note which number a phone hears from, unless somebody was faster; gives what holds. */
export async function insert(unit: Unit, phone: string, ourNumber: string): Promise<string> {
  await unit
    .sql('correspondents')
    .insert({ phone, our_number: ourNumber, chosen_at: unit.now })
    .onConflict('phone')
    .ignore()
  return (await find(unit, phone))?.ourNumber ?? ourNumber
}

/** From now on a phone hears from this number. */
export async function setNumber(unit: Unit, phone: string, ourNumber: string): Promise<void> {
  await unit
    .sql('correspondents')
    .insert({ phone, our_number: ourNumber, chosen_at: unit.now })
    .onConflict('phone')
    .merge({ our_number: ourNumber, chosen_at: unit.now })
}

/** Whoever decides about the same phone waits until the unit ends. The phone is known. */
export async function lock(unit: Unit, phone: string): Promise<Correspondent | null> {
  return fromRow(await unit.sql<CorrespondentRow>('correspondents').where({ phone }).forUpdate().first())
}

export async function restReplies(unit: Unit, phone: string, until: Date): Promise<void> {
  await unit.sql('correspondents').where({ phone }).update({ replies_rest_until: until })
}

/** A phone wants no texts, since a moment at least. */
export async function insertOptOut(
  unit: Unit,
  optOut: {
    readonly phone: string
    readonly at: Date
    readonly ourNumber: string | null
    readonly reason: 'keyword' | 'carrier'
  },
): Promise<void> {
  await unit
    .sql('opt_outs')
    .insert({ phone: optOut.phone, opted_out_at: optOut.at, our_number: optOut.ourNumber, reason: optOut.reason })
    .onConflict('phone')
    .merge({ opted_out_at: unit.sql.raw('greatest(opt_outs.opted_out_at, excluded.opted_out_at)') })
}

/** A phone wants texts again: what it said before a moment counts no more. */
export async function removeOptOut(unit: Unit, phone: string, at: Date): Promise<void> {
  await unit.sql('opt_outs').where({ phone }).andWhere('opted_out_at', '<=', at).delete()
  await unit
    .sql('correspondents')
    .where({ phone })
    .update({ started_at: unit.sql.raw('greatest(started_at, ?::timestamptz)', [at]) })
}

export async function hasOptOut(view: View, phone: string): Promise<boolean> {
  return (await view.sql('opt_outs').where({ phone }).first('phone')) !== undefined
}

/** Those of some phones that want no texts. */
export async function optedOutOf(view: View, phones: readonly string[]): Promise<ReadonlySet<string>> {
  const rows: string[] = await view
    .sql('opt_outs')
    .whereRaw('phone = any(?)', [[...phones]])
    .pluck('phone')
  return new Set(rows)
}

/** Forget the number of phones that no text is left of since a moment; those that texted START are remembered. */
export async function deleteBefore(unit: Unit, moment: Date, most: number): Promise<number> {
  const old = unit
    .sql('correspondents')
    .select('phone')
    .where('chosen_at', '<', moment)
    .whereNull('started_at')
    .whereNotExists(unit.sql('texts').select(unit.sql.raw('1')).whereRaw('texts.phone = correspondents.phone'))
    .limit(most)
    .forUpdate()
    .skipLocked()
  return unit.sql('correspondents').whereIn('phone', old).delete()
}

function fromRow(row: CorrespondentRow | undefined): Correspondent | null {
  if (!row) return null
  return { ourNumber: row.our_number, startedAt: row.started_at, repliesRestUntil: row.replies_rest_until }
}

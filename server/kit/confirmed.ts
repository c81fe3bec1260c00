import type { Unit } from './unit.ts'

/**
 * Up to which moment a list of the outside world has been read and applied, one row for each list. The moments are those
 * that the list itself bears, so a clock that differs from ours loses nothing.
 */

/** The confirmed moment of a list; a list that is read for the first time begins now. */
export async function confirmedAt(unit: Unit, source: string): Promise<Date> {
  await unit
    .sql('confirmed_moments')
    .insert({ source, confirmed_at: unit.now, moved_at: unit.now })
    .onConflict('source')
    .ignore()
  const row: { confirmed_at: Date } = await unit.sql('confirmed_moments').where({ source }).first('confirmed_at')
  return row.confirmed_at
}

/** Everything in the list up to a moment has been applied. The confirmed moment only ever moves forward. */
export async function confirm(unit: Unit, source: string, moment: Date): Promise<void> {
  await unit
    .sql('confirmed_moments')
    .where({ source })
    .andWhere('confirmed_at', '<', moment)
    .update({ confirmed_at: moment, moved_at: unit.now })
}

import type { Unit } from './unit.ts'

/**
 * Up to which moment a list of the outside world has been read and applied, one row for each list. The moments are those
 * that the list itself bears, so a clock that differs from ours loses nothing.
 */

/** The confirmed moment of a list; a list that is read for the first time begins at a moment of the caller's choice. */
export async function confirmedAt(unit: Unit, source: string, beginning: Date): Promise<Date> {
  await unit
    .sql('confirmed_moments')
    .insert({ source, confirmed_at: beginning, moved_at: unit.now })
    .onConflict('source')
    .ignore()
  const row: { confirmed_at: Date } = await unit.sql('confirmed_moments').where({ source }).first('confirmed_at')
  return row.confirmed_at
}

/**
 * Everything in the list up to a moment has been applied. The confirmed moment only ever moves forward, and not beyond our
 * now: one record with a date that is wrong must not hide those that follow.
 */
export async function confirm(unit: Unit, source: string, moment: Date): Promise<void> {
  const confirmed_at = moment < unit.now ? moment : unit.now
  await unit
    .sql('confirmed_moments')
    .where({ source })
    .andWhere('confirmed_at', '<', confirmed_at)
    .update({ confirmed_at, moved_at: unit.now })
}

import type { Unit, View } from '#kit/unit'
import type { Departure } from './model.ts'

interface DepartureRow {
  readonly user_id: string
  readonly left_at: Date
  readonly mobile_sealed: string | null
}

export async function insert(unit: Unit, userId: string, mobileSealed: string | null): Promise<void> {
  const row = { user_id: userId, state: 'purging', mobile_sealed: mobileSealed, left_at: unit.now }
  await unit.sql('departures').insert(row)
}

/** Some departures that are not done, any of them: those that cannot be for a while are not always the first. */
export async function listPurging(view: View, most: number): Promise<readonly Departure[]> {
  const rows: DepartureRow[] = await view
    .sql('departures')
    .where({ state: 'purging' })
    .orderByRaw('random()')
    .limit(most)
  return rows.map(fromRow)
}

/** Lock a departure that is not done; false when it is, or when another worker has it just now. */
export async function lockPurging(unit: Unit, userId: string): Promise<boolean> {
  const row = unit.sql('departures').where({ user_id: userId, state: 'purging' }).forUpdate().skipLocked()
  return (await row.first('user_id')) !== undefined
}

export async function finish(unit: Unit, userId: string): Promise<void> {
  const done = { state: 'done', mobile_sealed: null, done_at: unit.now }
  await unit.sql('departures').where({ user_id: userId }).update(done)
}

function fromRow(row: DepartureRow): Departure {
  return { userId: row.user_id, leftAt: row.left_at, mobileSealed: row.mobile_sealed }
}

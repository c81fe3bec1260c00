import type { Unit } from './unit.ts'

/**
 * Whether a fact is heard for the first time. Those who tell us things tell them again when our answer was lost; the
 * receipt commits together with what the fact leads to, so a fact is never taken for heard that was not.
 */
export async function isFirstTime(unit: Unit, key: string): Promise<boolean> {
  return (await firstTimes(unit, [key])).has(key)
}

/** Those of some facts that are heard for the first time. */
export async function firstTimes(unit: Unit, keys: readonly string[]): Promise<ReadonlySet<string>> {
  // In the order of the keys, so that two who hear the same facts do not wait for each other.
  const { rows } = await unit.sql
    .raw<{ rows: { key: string }[] }>(
      `insert into receipts (key, heard_at)
       select key, ? from (select distinct unnest(cast(? as text[])) as key) as told order by key
       on conflict (key) do nothing returning key`,
      [unit.now, [...keys]],
    )
    .options({ name: 'receipts' })
  return new Set(rows.map(({ key }) => key))
}

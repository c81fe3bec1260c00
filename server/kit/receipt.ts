import type { Unit } from './unit.ts'

/**
 * Whether a fact is heard for the first time. Those who tell us things tell them again when our answer was lost; the
 * receipt commits together with what the fact leads to, so a fact is never taken for heard that was not.
 */
export async function isFirstTime(unit: Unit, key: string): Promise<boolean> {
  const rows = await unit
    .sql('receipts')
    .insert({ key, heard_at: unit.now })
    .onConflict('key')
    .ignore()
    .returning('key')
    .options({ name: 'receipt' })
  return rows.length === 1
}

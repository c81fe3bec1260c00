import { isFirstTime } from '#kit/receipt'
import type { Database, Unit } from '#kit/unit'

/**
 * Apply a report of the carrier once, under its natural key; false when it was heard before. The carrier tells things
 * again when our answer was lost. Questions (what to say now) need no receipt: they are answered the same every time.
 */
export async function once(
  database: Database,
  receipt: string,
  apply: (unit: Unit) => Promise<void>,
): Promise<boolean> {
  return database.write(async (unit) => {
    if (!(await isFirstTime(unit, receipt))) return false
    await apply(unit)
    return true
  })
}

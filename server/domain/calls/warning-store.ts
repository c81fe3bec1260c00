import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'

/** Calls that end within so many seconds, and that were not warned of that end. */
export async function unwarnedCalls(view: View, seconds: number): Promise<readonly string[]> {
  return near(view, seconds).limit(100).pluck('id')
}

/** Note that a call is warned of its end; false when it was before, or has no end near. */
export async function claimWarning(unit: Unit, id: string, seconds: number): Promise<boolean> {
  const claimed = await near(unit, seconds)
    .where({ id })
    .update({ warned_for: unit.sql.ref('ends_by') })
  return claimed === 1
}

function near(view: View, seconds: number) {
  return view
    .sql('calls')
    .whereNull('ended_at')
    .andWhere('ends_by', '>', view.now)
    .andWhere('ends_by', '<=', secondsAfter(view.now, seconds))
    .andWhereRaw('warned_for is distinct from ends_by')
}

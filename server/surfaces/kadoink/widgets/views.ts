import { countViews } from '#domain/widgets'
import { Batch } from '#kit/batch'
import type { Database } from '#kit/unit'

/** So many views are written down in one statement at most. */
const MOST_VIEWS = 1000

/**
 * Counts which widgets were shown: one statement at a time, for all that were shown meanwhile, so that a widget that
 * everybody looks at costs no more than one that nobody does. A count that fails keeps nobody from looking.
 */
export function widgetViewCounter(database: Database): (widgetId: string) => Promise<void> {
  const views = new Batch<string, undefined>({
    most: MOST_VIEWS,
    lanes: 1,
    async work(ids) {
      await database.write((unit) => countViews(unit, ids))
      return ids.map(() => undefined)
    },
  })
  return (widgetId) => views.add(widgetId).catch(() => {})
}

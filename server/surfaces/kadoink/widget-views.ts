import { countViews } from '#domain/widgets'
import type { Log } from '#kit/log'
import { Tally } from '#kit/tally'
import type { Database } from '#kit/unit'

/** Counts how often widgets are shown, by their id, apart from the requests that show them. */
export function widgetViews(database: Database, log: Log): Tally {
  return new Tally({ log, write: (counts) => database.write((unit) => countViews(unit, counts)) })
}

import { countViews } from '#domain/profiles'
import type { Log } from '#kit/log'
import { Tally } from '#kit/tally'
import type { Database } from '#kit/unit'

/** Counts how often profiles are looked at, by the id of their tag, apart from the requests that look at them. */
export function profileViews(database: Database, log: Log): Tally {
  return new Tally({ log, write: (counts) => database.write((unit) => countViews(unit, counts)) })
}

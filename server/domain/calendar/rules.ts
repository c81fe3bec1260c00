import { z } from 'zod'
import { ValidationFailed } from '#kit/fault'
import { DAY_MS, momentOf, wallAt } from '#kit/zone'
import { type EventSettings, RULES } from './model.ts'
import { isWeekday, PERIODS } from './repeats.ts'

const MINUTE_MS = 60_000

/** What an event is called. */
export const EventTitleSchema = z.string().trim().min(1).max(200, 'A title has 200 characters at most.')

/**
 * The settings of an event as they are kept: times in whole seconds, days from midnight to midnight. Throws
 * `ValidationFailed` for an end before the beginning, a beginning that does not fit how it comes round, and an event that
 * is not over when it comes again.
 */
export function settled(wanted: EventSettings): EventSettings {
  const settings = wanted.isAllDay ? wholeDays(wanted) : { ...wanted, ...wholeSeconds(wanted) }
  const { startsAt, endsAt, repeat, timezone } = settings
  if (startsAt < RULES.earliest || startsAt >= RULES.latest) {
    throw ValidationFailed({ fields: { starts_at: 'Send a time between the years 1970 and 2100.' } })
  }
  if (endsAt !== null && endsAt < startsAt) throw ValidationFailed({ fields: { ends_at: 'It ends before it starts.' } })
  if (repeat === 'weekdays' && !isWeekday(timezone, startsAt)) {
    throw ValidationFailed({ fields: { starts_at: 'What comes on weekdays starts on a Monday to Friday.' } })
  }
  assertOver(settings)
  return settings
}

/** Refuse an action that would have to be done in the past: what comes round does it the next time. */
export function assertAhead({ startsAt, repeat }: EventSettings, now: Date): void {
  if (repeat !== 'none' || startsAt.getTime() >= now.getTime() + MINUTE_MS) return
  throw ValidationFailed({ fields: { starts_at: 'What is to be done must lie a minute ahead at least.' } })
}

/** Refuse an event that would not be over when it comes again, or one that lasts and lasts. */
function assertOver({ startsAt, endsAt, isAllDay, timezone, repeat }: EventSettings): void {
  if (endsAt === null) return
  const [start, end] = [wallAt(timezone, startsAt), wallAt(timezone, endsAt)]
  // A day whose midnight is skipped begins an hour late and is a day all the same.
  const lasts = isAllDay ? (Math.floor(end / DAY_MS) - Math.floor(start / DAY_MS)) * DAY_MS : end - start
  if (repeat === 'none') {
    if (lasts <= RULES.mostDays * DAY_MS) return
    throw ValidationFailed({ fields: { ends_at: `An event lasts ${RULES.mostDays} days at most.` } })
  }
  if (lasts <= PERIODS[repeat]) return
  throw ValidationFailed({ fields: { ends_at: 'It must be over before it comes again.' } })
}

function wholeSeconds({ startsAt, endsAt }: EventSettings): Pick<EventSettings, 'startsAt' | 'endsAt'> {
  const whole = (moment: Date) => new Date(Math.floor(moment.getTime() / 1000) * 1000)
  return { startsAt: whole(startsAt), endsAt: endsAt && whole(endsAt) }
}

/** Of whole days: from the midnight before its beginning until the one after its end, a day at least. */
function wholeDays(wanted: EventSettings): EventSettings {
  const { startsAt, endsAt, timezone } = wanted
  // An end before the beginning stays one, to be refused.
  if (endsAt !== null && endsAt < startsAt) return wanted
  const first = Math.floor(wallAt(timezone, startsAt) / DAY_MS)
  const last = endsAt === null ? first : Math.ceil(wallAt(timezone, endsAt) / DAY_MS)
  const midnight = (day: number) => momentOf(timezone, day * DAY_MS)
  return { ...wanted, startsAt: midnight(first), endsAt: midnight(Math.max(last, first + 1)) }
}

/** Local times `HH:MM` somewhere, from the first to just before the second; over midnight where the second comes first. */
export interface QuietHours {
  /** IANA. */
  readonly timezone: string
  readonly start: string
  readonly end: string
}

const DAY_MINUTES = 24 * 60
const MINUTE_MS = 60_000

/**
 * When somebody's quiet hours are over; null when they have none, or it is not quiet. Where the
 * clocks change meanwhile, the end is the moment at which their clocks show it, or would have.
 */
export function quietUntil(now: Date, quiet: QuietHours | null): Date | null {
  if (quiet === null) return null
  const { timezone } = quiet
  const [start, end] = [minutesOf(quiet.start), minutesOf(quiet.end)]
  const local = localTime(now, timezone)
  const minute = (local / MINUTE_MS) % DAY_MINUTES
  const isQuiet = start <= end ? minute >= start && minute < end : minute >= start || minute < end
  if (!isQuiet) return null
  const midnight = local - (local % (DAY_MINUTES * MINUTE_MS))
  const day = minute < end ? 0 : DAY_MINUTES
  const over = momentOf(midnight + (day + end) * MINUTE_MS, timezone)
  return over > now ? over : null
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

/** What the clocks of a zone show at a moment, as if it were UTC, in milliseconds. */
function localTime(moment: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(moment)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

/**
 * The moment at which the clocks of a zone show a time: the first, where they show it twice, and where they leave it out
 * the moment at which they would have shown it, had they not been changed.
 */
function momentOf(local: number, timezone: string): Date {
  const offsets = [-1, 1].map((day) => {
    const around = local + day * DAY_MINUTES * MINUTE_MS
    return localTime(new Date(around), timezone) - around
  })
  const moments = offsets.map((offset) => local - offset).sort((a, b) => a - b)
  const shown = moments.find((moment) => localTime(new Date(moment), timezone) === local)
  return new Date(shown ?? local - (offsets[0] ?? 0))
}

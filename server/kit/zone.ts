import { IANAZone } from 'luxon'

/**
 * What a clock on the wall shows, in milliseconds: as if the wall stood in UTC. Days and times of day are read from it by
 * plain arithmetic.
 */
export type WallTime = number

export const DAY_MS = 86_400_000

/** A moment at which the clocks of a zone are changed, and by how many milliseconds they lead UTC before and after it. */
export interface ClockChange {
  readonly at: number
  readonly before: number
  readonly after: number
}

/** The changes of the years that were asked for; reading them from the machine's rules takes long. */
const known = new Map<string, readonly ClockChange[]>()
const MOST_KNOWN = 4_000
/** No zone changes its clocks twice in so short a time and back again. */
const PROBE_MS = 7 * DAY_MS

/** By how many milliseconds the clocks of an IANA zone lead UTC at a moment. */
export function offsetAt(zone: string, at: number): number {
  const year = new Date(at).getUTCFullYear()
  const changes = changesIn(zone, year)
  let offset = changes[0]?.before ?? 0
  for (const change of changes) if (change.at <= at) offset = change.after
  return offset
}

/** What the clock on the wall shows in a zone at a moment. */
export function wallAt(zone: string, at: Date): WallTime {
  return at.getTime() + offsetAt(zone, at.getTime())
}

/**
 * The moment at which a clock on the wall shows a time. A time that the clocks skip moves forward by what they skip; of
 * one that they show twice, the first: as RFC 5545, 3.3.5 has it, and as texts are read.
 */
export function momentOf(zone: string, wall: WallTime): Date {
  const [before, after] = [offsetAt(zone, wall - DAY_MS), offsetAt(zone, wall + DAY_MS)]
  const isReal = (offset: number) => offsetAt(zone, wall - offset) === offset
  return new Date(wall - (isReal(before) || !isReal(after) ? before : after))
}

/** The day of a time on the wall, `YYYY-MM-DD`. */
export function dateOf(wall: WallTime): string {
  return new Date(wall).toISOString().slice(0, 10)
}

/** When the clocks of a zone are changed between the beginnings of two years, UTC, in order. */
export function clockChanges(zone: string, fromYear: number, toYear: number): readonly ClockChange[] {
  const years = Array.from({ length: Math.max(0, toYear - fromYear) }, (_, index) => fromYear + index)
  return years.flatMap((year) => changesIn(zone, year)).filter(({ before, after }) => before !== after)
}

/** The changes of one year; a year without any has one that changes nothing, and tells its offset. */
function changesIn(zone: string, year: number): readonly ClockChange[] {
  const key = `${year} ${zone}`
  const found = known.get(key)
  if (found) return found
  const changes = findChanges(zone, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1))
  const [oldest] = known.keys()
  if (known.size >= MOST_KNOWN && oldest !== undefined) known.delete(oldest)
  known.set(key, changes)
  return changes
}

function findChanges(zone: string, from: number, to: number): readonly ClockChange[] {
  const changes: ClockChange[] = []
  let before = rawOffset(zone, from)
  const first = before
  for (let start = from; start < to; start += PROBE_MS) {
    const end = Math.min(start + PROBE_MS, to)
    const after = rawOffset(zone, end)
    if (after === before) continue
    changes.push({ at: changeBetween(zone, start, end, before), before, after })
    before = after
  }
  return changes.length > 0 ? changes : [{ at: from, before: first, after: first }]
}

/** The first moment after `start`, and not after `end`, at which the offset is another one than before. */
function changeBetween(zone: string, start: number, end: number, before: number): number {
  let [low, high] = [start, end]
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000
    if (rawOffset(zone, middle) === before) low = middle
    else high = middle
  }
  return high
}

function rawOffset(zone: string, at: number): number {
  return Math.round(IANAZone.create(zone).offset(at) * 60_000)
}

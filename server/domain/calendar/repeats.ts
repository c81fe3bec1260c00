import { clockChanges, DAY_MS, dateOf, momentOf, type WallTime, wallAt } from '#kit/zone'
import type { Occurrence, Repeat, Series, Window } from './model.ts'

/**
 * When a series takes place within a window, in order: every time that begins in it, or has begun before and is not over.
 * It keeps its time on the wall whatever the clocks do; what comes on a day that a month does not have comes on the last
 * day of that month.
 */
export function* occurrencesIn(series: Series, { from, to }: Window): Generator<Occurrence> {
  const length = lengthOf(series)
  const removed = new Set(series.removedOn)
  for (const { startsAt, on } of startsFrom(series, new Date(from.getTime() - Math.max(length, 0)))) {
    if (startsAt >= to) return
    const endsAt = endOf(series, startsAt)
    if (!removed.has(on) && isWithin(startsAt, endsAt, from)) yield { startsAt, endsAt, on }
  }
}

/** The first time a series takes place from a moment on; null when it does not any more. */
export function nextOccurrence(series: Series, from: Date): Occurrence | null {
  const removed = new Set(series.removedOn)
  for (const { startsAt, on } of startsFrom(series, from)) {
    if (startsAt >= from && !removed.has(on)) return { startsAt, endsAt: endOf(series, startsAt), on }
  }
  return null
}

/** The time at which a series begins exactly at a moment; null when it does not. */
export function occurrenceAt(series: Series, at: Date): Occurrence | null {
  const next = nextOccurrence(series, at)
  return next?.startsAt.getTime() === at.getTime() ? next : null
}

/** The days in a list on which a series would take place. */
export function daysOf(series: Series, days: readonly string[]): readonly string[] {
  const whole = { ...series, removedOn: [] }
  return days.filter((day) => {
    const from = new Date(Date.parse(`${day}T00:00:00Z`) - 2 * DAY_MS)
    for (const { on, startsAt } of startsFrom(whole, from)) {
      if (on === day) return true
      if (startsAt.getTime() > from.getTime() + 4 * DAY_MS) return false
    }
    return false
  })
}

/** How long at most an event may last that comes round like this, in milliseconds of the clock on the wall. */
export const PERIODS: Readonly<Record<Exclude<Repeat, 'none'>, number>> = {
  daily: DAY_MS,
  weekdays: DAY_MS,
  weekly: 7 * DAY_MS,
  monthly: 28 * DAY_MS,
  yearly: 365 * DAY_MS,
}

/** Whether a moment falls on a Monday to Friday of a zone. */
export function isWeekday(zone: string, at: Date): boolean {
  return isWorkday(dayOf(wallAt(zone, at)))
}

/** What the clock on the wall shows when a series begins. */
export function firstWall({ startsAt, timezone }: Series): WallTime {
  return wallAt(timezone, startsAt)
}

/** What the clock on the wall shows, or would show if it did not skip that time, when a series takes place on a day. */
export function wallOfDay(series: Series, day: string): WallTime {
  const first = firstWall(series)
  return Date.parse(`${day}T00:00:00Z`) + first - dayOf(first) * DAY_MS
}

/** The times that a series takes place later than it says, since clocks skip its time; until the beginning of a year. */
export function skippedStarts(series: Series, untilYear: number): readonly Date[] {
  const { startsAt, timezone, removedOn } = series
  const gaps = clockChanges(timezone, startsAt.getUTCFullYear(), untilYear).filter(
    ({ before, after }) => after > before,
  )
  const days = gaps.flatMap(({ at, before, after }) => {
    // Clocks that skip midnight skip the end of one day and the beginning of the next.
    const around = [dateOf(at + before), dateOf(at + after)]
    return [...new Set(around)].filter((day) => {
      const wall = wallOfDay(series, day)
      return at > startsAt.getTime() && wall >= at + before && wall < at + after && !removedOn.includes(day)
    })
  })
  return daysOf(series, days).map((day) => momentOf(timezone, wallOfDay(series, day)))
}

interface Start {
  readonly startsAt: Date
  readonly on: string
}

/** When a series begins, removed times as well, from some way before a moment on. */
function* startsFrom({ startsAt, timezone, repeat, isAllDay }: Series, from: Date): Generator<Start> {
  const first = wallAt(timezone, startsAt)
  const firstDay = dayOf(first)
  // A day whose midnight is skipped begins later, which the days after it do not.
  const time = isAllDay ? 0 : first - firstDay * DAY_MS
  yield { startsAt, on: dateOf(first) }
  if (repeat === 'none') return
  // Two days earlier, whatever the offsets: what begins before the window is for whoever asked to leave out.
  const since = dayOf(from.getTime()) - 2
  for (const day of daysFrom(repeat, firstDay, since)) {
    const wall = day * DAY_MS + time
    yield { startsAt: momentOf(timezone, wall), on: dateOf(wall) }
  }
}

/** Days, counted from 1970-01-01, on which something comes round after its first: from one on, or a little before it. */
function* daysFrom(repeat: Exclude<Repeat, 'none'>, first: number, since: number): Generator<number> {
  const step = repeat === 'weekly' ? 7 : 1
  if (repeat === 'monthly' || repeat === 'yearly') {
    const months = repeat === 'monthly' ? 1 : 12
    const [begun, wanted] = [monthOf(first), monthOf(since)]
    for (let turn = Math.max(1, Math.floor((wanted - begun) / months)); ; turn++)
      yield monthsLater(first, turn * months)
  }
  for (let day = first + step * Math.max(1, Math.floor((since - first) / step)); ; day += step) {
    if (repeat !== 'weekdays' || isWorkday(day)) yield day
  }
}

/** The same day some months later, or the last of that month when it has none like it. */
function monthsLater(first: number, months: number): number {
  const date = new Date(first * DAY_MS)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months]
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return dayOf(Date.UTC(year, month, Math.min(date.getUTCDate(), last)))
}

function monthOf(day: number): number {
  const date = new Date(day * DAY_MS)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** 1970-01-01 was a Thursday. */
function isWorkday(day: number): boolean {
  return (((day + 3) % 7) + 7) % 7 < 5
}

function dayOf(wall: WallTime): number {
  return Math.floor(wall / DAY_MS)
}

/** How long an occurrence lasts at most, in milliseconds. */
function lengthOf({ startsAt, endsAt, isAllDay }: Series): number {
  if (endsAt === null) return 0
  // Days are as long as the clocks make them.
  return endsAt.getTime() - startsAt.getTime() + (isAllDay ? DAY_MS : 0)
}

/** The end of the occurrence that begins then: as long after it as with the first; of whole days, as many days. */
function endOf({ startsAt: first, endsAt, isAllDay, timezone }: Series, startsAt: Date): Date | null {
  if (endsAt === null) return null
  if (!isAllDay) return new Date(startsAt.getTime() + endsAt.getTime() - first.getTime())
  const days = dayOf(wallAt(timezone, endsAt)) - dayOf(wallAt(timezone, first))
  return momentOf(timezone, (dayOf(wallAt(timezone, startsAt)) + days) * DAY_MS)
}

function isWithin(startsAt: Date, endsAt: Date | null, from: Date): boolean {
  return startsAt >= from || (endsAt !== null && endsAt > from)
}

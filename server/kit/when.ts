import { DateTime } from 'luxon'
import type { Writer } from './command.ts'
import type { Reader } from './reader.ts'

/** The days of a week as recurrences name them; Monday is the first, as in ISO 8601. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** When something comes round: on these days, at this local time (`09:00`). */
export interface Recurrence {
  readonly on: 'day' | 'weekday' | Weekday
  readonly time: string
}

/** From one local time of every day to another (`22:00`), over midnight or not. */
export interface Hours {
  readonly from: string
  readonly to: string
}

/** A time of day, in minutes since midnight as a clock on the wall shows them. */
type Minutes = number

/** When a day is named without a time. */
const MORNING: Minutes = 9 * 60
const TONIGHT: Minutes = 20 * 60

/**
 * Read a moment: `5pm`, `fri 18:00`, `6pm tomorrow`, `12/24 noon`, `2026-12-24 17:30`, or one as `printMoment` writes it.
 * What names no day is the next time the clock shows it; a weekday is the next one. The moment may be past when a day
 * was named. Undefined when no moment stands here.
 */
export function readMoment(reader: Reader, writer: Writer): Date | undefined {
  return reader.attempt(() => readExact(reader)) ?? reader.attempt(() => readLocal(reader, writer))
}

/** Read how long from now: `2h`, `1h 30m`, `3 days`; seconds. Undefined when no duration stands here, or it is none. */
export function readDuration(reader: Reader): number | undefined {
  let seconds = 0
  for (;;) {
    const match = reader.take(/(\d{1,5})\s{0,3}(m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?![a-z])/iy)
    if (!match) return seconds > 0 ? seconds : undefined
    seconds += Number(match[1]) * (UNITS[match[2]?.[0]?.toLowerCase() ?? ''] ?? 0)
  }
}

/** Read when something comes round: `weekday at 9am`. Undefined when that does not stand here. */
export function readRecurrence(reader: Reader): Recurrence | undefined {
  const word = reader.word().toLowerCase()
  const on = word === 'day' || word === 'weekday' ? word : WEEKDAYS[(weekdayOf(word) ?? 0) - 1]
  if (on === undefined || reader.word().toLowerCase() !== 'at') return undefined
  const time = readTime(reader)
  return time === undefined ? undefined : { on, time: clockOf(time) }
}

/** Read from when until when, by the clock: `22:00-8:00`, `10pm - 8am`. Undefined when no such hours stand here. */
export function readHours(reader: Reader): Hours | undefined {
  const from = readTime(reader)
  if (from === undefined || !reader.take(/-/y)) return undefined
  const to = readTime(reader)
  return to === undefined ? undefined : { from: clockOf(from), to: clockOf(to) }
}

/** Hours as they are read again: `22:00-08:00`. */
export function printHours({ from, to }: Hours): string {
  return `${from}-${to}`
}

/** A moment as it is read again: `2026-11-27T18:00-08:00`. */
export function printMoment(moment: Date, zone: string): string {
  const local = DateTime.fromJSDate(moment, { zone })
  return local.toFormat(local.second === 0 ? "yyyy-MM-dd'T'HH:mmZZ" : "yyyy-MM-dd'T'HH:mm:ssZZ")
}

/** A recurrence as it is read again: `weekday at 09:00`. */
export function printRecurrence({ on, time }: Recurrence): string {
  return `${on} at ${time}`
}

/** A moment in the words of a text: `Fri 6:00 PM`, from a week on `Dec 24 6:00 PM`, from a year on with the year. */
export function sayMoment(moment: Date, zone: string, now: Date): string {
  const local = DateTime.fromJSDate(moment, { zone }).setLocale('en-US')
  // A day may begin at one, so that it begins less than so many days after another.
  const days = Math.round(local.startOf('day').diff(DateTime.fromJSDate(now, { zone }).startOf('day'), 'days').days)
  const day = Math.abs(days) < 7 ? 'ccc' : Math.abs(days) < 300 ? 'LLL d' : 'LLL d yyyy'
  return local.toFormat(`${day} h:mm a`)
}

/** A recurrence in the words of a text: `every weekday 9:00 AM`. */
export function sayRecurrence({ on, time }: Recurrence): string {
  return `every ${on} ${DateTime.fromFormat(time, 'HH:mm', { locale: 'en-US' }).toFormat('h:mm a')}`
}

/** The first time after a moment that something comes round. It keeps its local time whatever the clocks do. */
export function nextTime({ on, time }: Recurrence, zone: string, after: Date): Date {
  const minutes = minutesOf(time)
  // From the day before: a time that the clocks skip at its end comes when the next one has begun.
  const first = DateTime.fromJSDate(after, { zone }).startOf('day').minus({ days: 1 })
  for (let day = first; ; day = day.plus({ days: 1 })) {
    const moment = momentOn(day, minutes)
    if (fits(on, day.weekday) && moment > after) return moment
  }
}

/** Seconds. */
const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `2026-11-27T18:00-08:00`, `…Z`. */
function readExact(reader: Reader): Date | undefined {
  const match = reader.take(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)(?![\w:])/iy)
  const moment = match && DateTime.fromISO(match[0])
  return moment?.isValid ? moment.toJSDate() : undefined
}

function readLocal(reader: Reader, { now, zone }: Writer): Date | undefined {
  const today = DateTime.fromJSDate(now, { zone }).startOf('day')
  const first = reader.attempt(() => readDay(reader, today))
  const time = reader.attempt(() => readTime(reader))
  const named = first ?? (time === undefined ? undefined : reader.attempt(() => readDay(reader, today)))
  if (!named) return time === undefined ? undefined : nextOn(today, time, now)
  if (named.weekday === undefined) return momentOn(named.day, time ?? named.usual)
  const moment = momentOn(named.day, time ?? named.usual)
  return moment > now ? moment : momentOn(named.day.plus({ weeks: 1 }), time ?? named.usual)
}

/** Today at this time, or tomorrow when that is past. */
function nextOn(today: DateTime, time: Minutes, now: Date): Date {
  const moment = momentOn(today, time)
  return moment > now ? moment : momentOn(today.plus({ days: 1 }), time)
}

interface NamedDay {
  readonly day: DateTime
  /** The time that is meant when none is said. */
  readonly usual: Minutes
  /** Set when any such day would do. */
  readonly weekday?: number
}

function readDay(reader: Reader, today: DateTime): NamedDay | undefined {
  const date = reader.attempt(() => readDate(reader, today))
  if (date) return { day: date, usual: MORNING }
  const word = reader.word().toLowerCase().replace(/[,:]$/, '')
  if (word === 'today') return { day: today, usual: MORNING }
  if (word === 'tonight') return { day: today, usual: TONIGHT }
  if (word === 'tomorrow' || word === 'tmrw') return { day: today.plus({ days: 1 }), usual: MORNING }
  const weekday = weekdayOf(word)
  if (weekday === undefined) return undefined
  return { day: today.plus({ days: (weekday - today.weekday + 7) % 7 }), usual: MORNING, weekday }
}

/** `2026-12-24`, or `12/24` for the next such day. */
function readDate(reader: Reader, today: DateTime): DateTime | undefined {
  const { zone } = today
  const whole = reader.take(/(\d{4})-(\d\d)-(\d\d)(?![\w-])/y)
  if (whole)
    return valid(DateTime.fromObject({ year: num(whole[1]), month: num(whole[2]), day: num(whole[3]) }, { zone }))
  const short = reader.take(/(\d{1,2})\/(\d{1,2})(?![\w/])/y)
  if (!short) return undefined
  // The 29th of February may be up to eight years away.
  for (let year = today.year; year <= today.year + 8; year++) {
    const day = valid(DateTime.fromObject({ year, month: num(short[1]), day: num(short[2]) }, { zone }))
    if (day && day >= today) return day
  }
  return undefined
}

/** `5pm`, `5:30 pm`, `17:30`, `noon`, `midnight`. */
function readTime(reader: Reader): Minutes | undefined {
  const word = reader.take(/(noon|midnight)(?!\w)/iy)
  if (word) return word[1]?.toLowerCase() === 'noon' ? 12 * 60 : 0
  const half = reader.take(/(\d{1,2})(?::(\d\d))?\s{0,2}([ap])\.?m\.?(?!\w)/iy)
  if (half) {
    const [hour, minute] = [num(half[1]), num(half[2] ?? '0')]
    if (hour < 1 || hour > 12 || minute > 59) return undefined
    return ((hour % 12) + (half[3]?.toLowerCase() === 'p' ? 12 : 0)) * 60 + minute
  }
  const whole = reader.take(/(\d{1,2}):(\d\d)(?![\w:])/y)
  if (!whole) return undefined
  const [hour, minute] = [num(whole[1]), num(whole[2])]
  return hour > 23 || minute > 59 ? undefined : hour * 60 + minute
}

/**
 * The moment at which a clock on the wall shows a time on a day. A time that the clocks skip moves forward by what they
 * skip; of one that they show twice, the first.
 */
function momentOn(day: DateTime, minutes: Minutes): Date {
  const { year, month, day: date, zone } = day
  const shown = DateTime.fromObject(
    { year, month, day: date, hour: Math.floor(minutes / 60), minute: minutes % 60 },
    { zone },
  )
  const possible = shown.getPossibleOffsets().map((one) => one.toMillis())
  return new Date(Math.min(...possible))
}

/** 1 for Monday to 7 for Sunday; three letters are enough, and no others may follow. */
function weekdayOf(word: string): number | undefined {
  const index = WEEKDAYS.findIndex((short) => word.startsWith(short) && LONG_WEEKDAYS[short].startsWith(word))
  return index === -1 ? undefined : index + 1
}

const LONG_WEEKDAYS: Readonly<Record<Weekday, string>> = {
  mon: 'monday',
  tue: 'tuesday',
  wed: 'wednesday',
  thu: 'thursday',
  fri: 'friday',
  sat: 'saturday',
  sun: 'sunday',
}

function fits(on: Recurrence['on'], weekday: number): boolean {
  if (on === 'day') return true
  return on === 'weekday' ? weekday <= 5 : WEEKDAYS[weekday - 1] === on
}

function clockOf(minutes: Minutes): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

function minutesOf(time: string): Minutes {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return hour * 60 + minute
}

function valid(moment: DateTime): DateTime | undefined {
  return moment.isValid ? moment : undefined
}

function num(digits: string | undefined): number {
  return Number(digits)
}

import { type CalendarEvent, firstWall, skippedStarts, wallOfDay } from '#domain/calendar'
import {
  type Component,
  dayValue,
  type Property,
  textValue,
  timezoneComponent,
  utcValue,
  wallValue,
  writeCalendar,
  zoneParameter,
} from '#kit/ical'
import { dateOf, momentOf, wallAt } from '#kit/zone'

/** So many years ahead are the clocks of a zone written down, as far as anybody knows them. */
const YEARS_AHEAD = 10

/** Write a calendar as other programs read it: iCalendar, RFC 5545. `year` is the one that it is. */
export function presentCalendar(events: readonly CalendarEvent[], year: number): string {
  const until = year + YEARS_AHEAD
  const calendar: Component = {
    name: 'VCALENDAR',
    properties: [
      ['VERSION', '2.0'],
      ['PRODID', '-//Kadoink//Calendar//EN'],
      ['CALSCALE', 'GREGORIAN'],
      ['METHOD', 'PUBLISH'],
      ['NAME', 'Kadoink'],
      ['X-WR-CALNAME', 'Kadoink'],
      ['REFRESH-INTERVAL;VALUE=DURATION', 'PT1H'],
    ],
    components: [...zonesOf(events, until), ...events.map((event) => eventComponent(event, until))],
  }
  return writeCalendar(calendar)
}

/** The clocks of every zone that a time in the file names. */
function zonesOf(events: readonly CalendarEvent[], until: number): readonly Component[] {
  const since = new Map<string, number>()
  for (const event of events.filter(namesZone)) {
    const year = event.startsAt.getUTCFullYear() - 1
    since.set(event.timezone, Math.min(year, since.get(event.timezone) ?? year))
  }
  return [...since].map(([zone, year]) => timezoneComponent(zone, year, until))
}

/** Whether the times of an event are written as clocks on the wall show them: only what comes round depends on them. */
function namesZone({ repeat, isAllDay }: CalendarEvent): boolean {
  return repeat !== 'none' && !isAllDay
}

function eventComponent(event: CalendarEvent, until: number): Component {
  const { id, title, notes, location, createdAt, updatedAt } = event
  const optional = (name: string, text: string | null): Property[] => (text === null ? [] : [[name, textValue(text)]])
  return {
    name: 'VEVENT',
    properties: [
      ['UID', `${id}@kadoink`],
      // Another one whenever the event is: a file in which nothing has changed stays the same, and so does its ETag.
      ['DTSTAMP', utcValue(updatedAt)],
      ['CREATED', utcValue(createdAt)],
      ['LAST-MODIFIED', utcValue(updatedAt)],
      ...timesOf(event, until),
      ['SUMMARY', textValue(title)],
      ...optional('DESCRIPTION', notes),
      ...optional('LOCATION', location),
    ],
  }
}

function timesOf(event: CalendarEvent, until: number): readonly Property[] {
  const { startsAt, endsAt, isAllDay, timezone, repeat, removedOn } = event
  if (isAllDay) {
    const day = (moment: Date) => dayValue(dateOf(wallAt(timezone, moment)))
    return [
      ['DTSTART;VALUE=DATE', day(startsAt)],
      ...(endsAt === null ? [] : [['DTEND;VALUE=DATE', day(endsAt)] as const]),
      ...(repeat === 'none' ? [] : [['RRULE', ruleOf(event)] as const]),
      ...(removedOn.length === 0 ? [] : [['EXDATE;VALUE=DATE', removedOn.map(dayValue).join(',')] as const]),
    ]
  }
  if (repeat === 'none') {
    return [['DTSTART', utcValue(startsAt)], ...(endsAt === null ? [] : [['DTEND', utcValue(endsAt)] as const])]
  }
  const zone = zoneParameter(timezone)
  const first = firstWall(event)
  const removed = removedOn.map((day) => wallOfDay(event, day))
  const added = [...skippedStarts(event, until)]
  // A first time that the clocks show for the second time is written as the moment that it is: the wall says the first.
  const isSecond = momentOf(timezone, first).getTime() !== startsAt.getTime()
  if (isSecond) {
    if (!removed.includes(first)) added.push(startsAt)
    removed.push(first)
  }
  return [
    [`DTSTART;${zone}`, wallValue(first)],
    // As long as the first time lasts, whatever the clocks do meanwhile: times in UTC would be read as of one day only.
    ...(endsAt === null ? [] : [['DURATION', durationValue(startsAt, endsAt)] as const]),
    ['RRULE', ruleOf(event)],
    ...(removed.length === 0 ? [] : [[`EXDATE;${zone}`, removed.map(wallValue).join(',')] as const]),
    ...(added.length === 0 ? [] : [['RDATE', added.map(utcValue).join(',')] as const]),
  ]
}

const RULES: Readonly<Record<Exclude<CalendarEvent['repeat'], 'none'>, string>> = {
  daily: 'FREQ=DAILY',
  weekdays: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  weekly: 'FREQ=WEEKLY',
  monthly: 'FREQ=MONTHLY',
  yearly: 'FREQ=YEARLY',
}

/** How an event comes round (3.3.10). Of days that a month may not have, the last that it has is the one. */
function ruleOf(event: CalendarEvent): string {
  const { repeat } = event
  if (repeat === 'none') return ''
  const rule = RULES[repeat]
  const date = new Date(firstWall(event))
  const [day, month] = [date.getUTCDate(), date.getUTCMonth() + 1]
  const isRare = repeat === 'monthly' ? day > 28 : repeat === 'yearly' && month === 2 && day === 29
  if (!isRare) return rule
  const days = Array.from({ length: day - 27 }, (_, index) => 28 + index).join(',')
  return `${rule}${repeat === 'yearly' ? ';BYMONTH=2' : ''};BYMONTHDAY=${days};BYSETPOS=-1`
}

/** An exact length of time (3.3.6). */
function durationValue(startsAt: Date, endsAt: Date): string {
  return `PT${(endsAt.getTime() - startsAt.getTime()) / 1000}S`
}

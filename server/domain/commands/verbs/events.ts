import { PlanLimitReached } from '#domain/billing'
import * as calendar from '#domain/calendar'
import { TimeInPast } from '#domain/schedule'
import { count, rest, type Slot } from '#kit/command'
import { ValidationFailed } from '#kit/fault'
import { printMoment, readMoment, sayMoment } from '#kit/when'
import { checked } from '../checked.ts'
import { command, type Given } from '../model.ts'
import { listed, MOST_LISTED } from '../wording.ts'

const common = { category: 'Calendar' } as const

/** A moment, as people say when something is. */
const when: Slot<Date> = {
  shape: 'when',
  read: (reader, writer) => readMoment(reader, writer),
  print: (moment, { zone }) => printMoment(moment, zone),
}

export const listEvents = command({
  ...common,
  verb: 'events',
  summary: 'What you have planned next.',
  examples: ['events'],
  slots: {},
  async run({ unit, user, writer }) {
    const { items, hasMore } = await calendar.upcoming(unit, user, MOST_LISTED)
    const lines = items.map(({ event, occurrence: { startsAt } }) => {
      return `${event.number} ${sayMoment(startsAt, writer.zone, unit.now)} ${event.title}`
    })
    return {
      reply: items.length === 0 ? 'No events.' : listed(lines, hasMore),
      result: { type: 'events', data: items },
    }
  },
})

export const newEvent = command({
  ...common,
  verb: 'event new',
  summary: 'Plan something.',
  examples: ["event new fri 8pm Gig at Bell's"],
  faults: [PlanLimitReached, TimeInPast, ValidationFailed],
  slots: { at: when, title: rest('title') },
  async run(given, { at, title }) {
    const { unit, user } = given
    if (at <= unit.now) throw TimeInPast({ message: 'That time is past.' })
    const wanted = { title: checked(calendar.EventTitleSchema, title), startsAt: at }
    const made = await calendar.create(unit, user, wanted)
    return { reply: described(given, made), result: { type: 'event', data: made } }
  },
})

export const dropEvent = command({
  ...common,
  verb: 'event drop',
  summary: 'Delete something that you have planned, all its times.',
  examples: ['event drop 3'],
  faults: [calendar.EventNotFound, calendar.JobRunning],
  slots: { number: count('number') },
  async run({ unit, user }, { number }) {
    const { id } = await calendar.numbered(unit, user, number)
    await calendar.remove(unit, user, id)
    return { reply: `Event ${number} is deleted.`, result: null }
  },
})

/** `Event 3: Fri 8:00 PM Gig at Bell's` */
function described({ unit, writer }: Given, { number, startsAt, title }: calendar.CalendarEvent): string {
  return `Event ${number}: ${sayMoment(startsAt, writer.zone, unit.now)} ${title}`
}

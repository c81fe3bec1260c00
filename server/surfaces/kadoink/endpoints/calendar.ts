import { z } from 'zod'
import { TimezoneSchema } from '#domain/accounts'
import { PlanLimitReached } from '#domain/billing'
import * as calendar from '#domain/calendar'
import { KtagNameSchema, NotKtagOwner } from '#domain/tags'
import { ValidationFailed } from '#kit/fault'
import { IdSchema } from '#kit/id'
import { OffsetQuery, pageRequest, wholeNumber } from '#kit/page'
import { listOf } from '../dialect/lists.ts'
import { MomentSchema } from '../dialect/stamp.ts'
import {
  CalendarEventSchema,
  CalendarFeedSchema,
  presentEvent,
  presentEventPage,
  presentFeed,
} from '../presenters/calendar-event.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Calendar', auth: 'bearer', gates: ['mobile'] } as const
const params = z.object({ event_id: IdSchema })

const ActionBody = z.object({
  type: z.enum(calendar.ACTION_TYPES),
  to: z.string().trim().min(1).max(500).nullable().optional(),
  ktag: KtagNameSchema.nullable().optional(),
  body: z.string().trim().min(1).max(1600).nullable().optional(),
})

const RemindVia = z
  .array(z.enum(calendar.REMINDER_WAYS))
  .min(1)
  .max(10)
  .transform((ways) => [...new Set(ways)])

/** What may be left out, of a new event and of one that is edited. */
const fields = {
  ends_at: MomentSchema.nullable().optional(),
  all_day: z.boolean().optional(),
  timezone: TimezoneSchema.optional(),
  notes: z.string().trim().max(2000).nullable().optional(),
  location: z.string().trim().max(200).nullable().optional(),
  repeat: z.enum(calendar.REPEATS).optional(),
  reminder_minutes: z.number().int().min(0).max(40_320).nullable().optional(),
  remind_via: RemindVia.optional(),
  action: ActionBody.nullable().optional(),
}
const EventEdit = z.object({
  title: calendar.EventTitleSchema.optional(),
  starts_at: MomentSchema.optional(),
  ...fields,
})

export const listEvents = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/calendar/events',
  summary: 'List events',
  notes:
    'What takes place from `from` until before `to`, by `starts_at`: now and for 90 days unless you say otherwise, for 366 ' +
    'days at most. An event that comes round is there each time, with the same `id`, and with the times of that ' +
    '`occurrence_at`. What has begun before and is not over is there too.',
  limit: 'read',
  query: OffsetQuery.extend({
    from: MomentSchema.optional(),
    to: MomentSchema.optional(),
    offset: wholeNumber(0, 10_000).default(0),
  }),
  status: 200,
  reply: listOf(CalendarEventSchema),
  faults: [ValidationFailed],
  async handle({ view, viewer, query }) {
    const window = calendar.windowOf(view.now, query.from ?? null, query.to ?? null)
    return presentEventPage(view, await calendar.list(view, viewer.user, window, pageRequest(query)))
  },
})

export const createEvent = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/calendar/events',
  summary: 'Create an event',
  notes:
    'What comes round keeps its time on the clocks of `timezone`, yours unless you send one: a time that they skip comes ' +
    'an hour later that day, one that they show twice the first time; what comes monthly on the 31st, or yearly on ' +
    '29 February, comes on the last day of shorter months. It must be over before it comes again. `all_day` events begin ' +
    'and end at midnight there, `ends_at` being the end of the last day. `action` is done when the event begins: `to` names ' +
    'people as commands do (`@mom`, `#band`, `*jazz`, a number, several with commas). A reminder for which it is too late ' +
    'already is left out.',
  limit: 'write',
  body: z.object({ title: calendar.EventTitleSchema, starts_at: MomentSchema, ...fields }),
  status: 201,
  reply: CalendarEventSchema,
  idempotent: true,
  faults: [ValidationFailed, calendar.ActionTargetNotFound, NotKtagOwner, PlanLimitReached],
  async handle({ unit, viewer, body }) {
    const { title, starts_at: startsAt } = body
    return presentEvent(unit, await calendar.create(unit, viewer.user, { ...settingsOf(body), title, startsAt }))
  },
})

export const deleteEvent = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/calendar/events/{event_id}',
  summary: 'Delete an event',
  notes: 'With `occurrence_at`, only that one of its times.',
  limit: 'write',
  params,
  query: z.object({ occurrence_at: MomentSchema.optional() }),
  status: 204,
  faults: [calendar.EventNotFound, calendar.OccurrenceNotFound, calendar.TooManyRemoved, calendar.JobRunning],
  async handle({ unit, viewer, params, query }) {
    const { occurrence_at: at } = query
    if (at === undefined) await calendar.remove(unit, viewer.user, params.event_id)
    else await calendar.removeOccurrence(unit, viewer.user, params.event_id, at)
  },
})

export const editEvent = kadoink.endpoint({
  ...common,
  method: 'PATCH',
  aliases: ['PUT'],
  path: '/calendar/events/{event_id}',
  summary: 'Edit an event',
  notes:
    'Absent fields stay as they are, null clears. What comes round changes each time that it does; times that were removed ' +
    'stay so, by their day. `starts_at` is the first time of all.',
  limit: 'write',
  params,
  body: EventEdit,
  status: 200,
  reply: CalendarEventSchema,
  faults: [
    calendar.EventNotFound,
    calendar.JobRunning,
    ValidationFailed,
    calendar.ActionTargetNotFound,
    NotKtagOwner,
    PlanLimitReached,
  ],
  async handle({ unit, viewer, params, body }) {
    return presentEvent(unit, await calendar.edit(unit, viewer.user, params.event_id, settingsOf(body)))
  },
})

const feed = { ...common, path: '/calendar/feed', extension: true } as const

export const readFeed = kadoink.endpoint({
  ...feed,
  method: 'GET',
  summary: 'Calendar address',
  notes: 'Where other programs read your calendar, as iCalendar (RFC 5545).',
  limit: 'read',
  status: 200,
  reply: CalendarFeedSchema,
  async handle({ view, viewer }) {
    return presentFeed(await calendar.feedOf(view, viewer.user))
  },
})

export const openFeed = kadoink.endpoint({
  ...feed,
  method: 'POST',
  summary: 'New calendar address',
  notes: 'Whoever has it can read your calendar. One that you had leads nowhere from here on.',
  limit: 'write',
  status: 201,
  reply: CalendarFeedSchema,
  async handle({ unit, viewer }) {
    return presentFeed(await calendar.openFeed(unit, viewer.user))
  },
})

export const closeFeed = kadoink.endpoint({
  ...feed,
  method: 'DELETE',
  summary: 'Remove the calendar address',
  notes: 'Nobody reads your calendar by it any more.',
  limit: 'write',
  status: 204,
  async handle({ unit, viewer }) {
    await calendar.closeFeed(unit, viewer.user)
  },
})

/** The fields of a body in the domain's words; absent ones stay absent. */
function settingsOf(body: z.output<typeof EventEdit>): calendar.EventChanges {
  const { action } = body
  const settings = {
    title: body.title,
    startsAt: body.starts_at,
    endsAt: body.ends_at,
    isAllDay: body.all_day,
    timezone: body.timezone,
    notes: body.notes === '' ? null : body.notes,
    location: body.location === '' ? null : body.location,
    repeat: body.repeat,
    reminderMinutes: body.reminder_minutes,
    remindVia: body.remind_via,
    action: action && {
      type: action.type,
      to: action.to ?? null,
      ktag: action.ktag ?? null,
      body: action.body ?? null,
    },
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

import { z } from 'zod'
import {
  ACTION_TYPES,
  type CalendarEvent,
  type EventAt,
  type FeedAddress,
  jobIds,
  REMINDER_WAYS,
  REPEATS,
} from '#domain/calendar'
import type { Page } from '#kit/page'
import type { View } from '#kit/unit'
import { StampSchema, stamp, stampOrNull } from '../dialect/stamp.ts'

/** What happens by itself at the time of a calendar event. */
export const ActionSchema = z
  .object({
    type: z.enum(ACTION_TYPES),
    to: z.string().nullable(),
    ktag: z.string().nullable(),
    body: z.string().nullable(),
  })
  .meta({ id: 'Action' })

/** An entry in somebody's calendar. */
export const CalendarEventSchema = z
  .object({
    id: z.string(),
    number: z.number().int().describe('What commands call it by.'),
    title: z.string(),
    notes: z.string().nullable(),
    location: z.string().nullable(),
    starts_at: StampSchema,
    ends_at: StampSchema.nullable(),
    all_day: z.boolean(),
    timezone: z.string(),
    repeat: z.enum(REPEATS),
    reminder_minutes: z.number().int().nullable(),
    remind_via: z.array(z.enum(REMINDER_WAYS)),
    action: ActionSchema.nullable(),
    scheduled_job_id: z.string().nullable().describe('What is to be done for it next; null when nothing is.'),
    occurrence_at: StampSchema.nullable().describe('Of what comes round: which of its times this is, in lists.'),
    created_at: StampSchema,
    updated_at: StampSchema,
  })
  .meta({ id: 'CalendarEvent' })

type EventWire = z.input<typeof CalendarEventSchema>

/** Where other programs read a calendar. */
export const CalendarFeedSchema = z
  .object({
    url: z.string().nullable().describe('Null while there is none. Whoever has it can read the calendar.'),
    created_at: StampSchema.nullable(),
  })
  .meta({ id: 'CalendarFeed' })

/** Write under which address a calendar is read. */
export function presentFeed({ url, createdAt }: FeedAddress): z.input<typeof CalendarFeedSchema> {
  return { url, created_at: stampOrNull(createdAt) }
}

/** Write an event as it was planned: of what comes round, its first time. */
export async function presentEvent(view: View, event: CalendarEvent): Promise<EventWire> {
  return wireOf(event, await jobIds(view, { id: event.ownerId }, [event.id]))
}

function wireOf(event: CalendarEvent, jobs: ReadonlyMap<string, string>): EventWire {
  return {
    id: event.id,
    number: event.number,
    title: event.title,
    notes: event.notes,
    location: event.location,
    starts_at: stamp(event.startsAt),
    ends_at: stampOrNull(event.endsAt),
    all_day: event.isAllDay,
    timezone: event.timezone,
    repeat: event.repeat,
    reminder_minutes: event.reminderMinutes,
    remind_via: [...event.remindVia],
    action: event.action,
    scheduled_job_id: jobs.get(event.id) ?? null,
    occurrence_at: null,
    created_at: stamp(event.createdAt),
    updated_at: stamp(event.updatedAt),
  }
}

/** Write events of one person, each at one of its times. */
export async function presentEventsAt(view: View, items: readonly EventAt[]): Promise<EventWire[]> {
  const ids = [...new Set(items.map(({ event }) => event.id))]
  const jobs = await jobIds(view, { id: items[0]?.event.ownerId ?? '' }, ids)
  return items.map(({ event, occurrence }) => ({
    ...wireOf(event, jobs),
    starts_at: stamp(occurrence.startsAt),
    ends_at: stampOrNull(occurrence.endsAt),
    occurrence_at: event.repeat === 'none' ? null : stamp(occurrence.startsAt),
  }))
}

/** Write a page of somebody's calendar. */
export async function presentEventPage(
  view: View,
  { items, hasMore }: Page<EventAt>,
): Promise<{ items: EventWire[]; has_more: boolean }> {
  return { items: await presentEventsAt(view, items), has_more: hasMore }
}

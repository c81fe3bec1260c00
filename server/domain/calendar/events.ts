import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** A calendar has changed in one place; `occurrence_at` is set when only one time of an event was removed. */
export const CalendarChanged = defineEvent(
  'calendar.changed',
  z.object({
    owner_id: z.string(),
    event_id: z.string(),
    change: z.enum(['created', 'updated', 'deleted']),
    occurrence_at: z.string().nullable(),
  }),
)

/** Somebody is reminded of a time of an event, in these ways. */
export const ReminderDue = defineEvent(
  'calendar.reminder_due',
  z.object({
    owner_id: z.string(),
    event_id: z.string(),
    occurrence_at: z.string(),
    via: z.array(z.enum(['push', 'sms', 'email'])),
  }),
)

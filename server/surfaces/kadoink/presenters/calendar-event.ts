import { z } from 'zod'
import { StampSchema } from '../dialect/stamp.ts'

/** What happens by itself at the time of a calendar event. */
export const ActionSchema = z
  .object({
    type: z.enum(['text', 'status', 'call', 'grid_call']),
    to: z.string().nullable(),
    ktag: z.string().nullable(),
    body: z.string().nullable(),
  })
  .meta({ id: 'Action' })

/** An entry in somebody's calendar. */
export const CalendarEventSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    notes: z.string().nullable(),
    location: z.string().nullable(),
    starts_at: StampSchema,
    ends_at: StampSchema.nullable(),
    all_day: z.boolean(),
    timezone: z.string(),
    repeat: z.string(),
    reminder_minutes: z.number().int().nullable(),
    remind_via: z.array(z.enum(['push', 'sms'])),
    action: ActionSchema.nullable(),
    scheduled_job_id: z.string().nullable(),
    occurrence_at: StampSchema.nullable(),
    created_at: StampSchema,
    updated_at: StampSchema,
  })
  .meta({ id: 'CalendarEvent' })

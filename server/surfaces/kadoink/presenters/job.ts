import { z } from 'zod'
import { StampSchema } from '../dialect/stamp.ts'

/** Something that is to happen by itself at a time. */
export const JobSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['text', 'status', 'call', 'grid_call', 'reminder']),
    command: z.string(),
    summary: z.string(),
    run_at: StampSchema,
    timezone: z.string(),
    repeat: z.string().nullable(),
    status: z.enum(['scheduled', 'running', 'done', 'failed', 'cancelled']),
    recipients: z.number().int(),
    source: z.enum(['command', 'sms', 'calendar', 'api']),
    calendar_event_id: z.string().nullable(),
    error: z.string().nullable(),
    created_at: StampSchema,
  })
  .meta({ id: 'Job' })

import { z } from 'zod'
import { defineEvent } from '#kit/event'

/**
 * A job has come to be, or something has become of it. `ran_at` is the time for which it was run or missed, `error` the
 * word of what it was refused with.
 */
export const JobChanged = defineEvent(
  'job.changed',
  z.object({
    job_id: z.string(),
    owner_id: z.string(),
    change: z.enum(['created', 'updated', 'started', 'completed', 'failed', 'cancelled']),
    ran_at: z.string().optional(),
    error: z.string().optional(),
  }),
)

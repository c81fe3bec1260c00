import { z } from 'zod'
import { JOB_KINDS, JOB_STATES, type Job } from '#domain/schedule'
import { printRecurrence } from '#kit/when'
import { StampSchema, stamp } from '../dialect/stamp.ts'

export const JobStatusSchema = z.enum(JOB_STATES)
export const JobKindSchema = z.enum(JOB_KINDS)

/** Something that is to happen by itself at a time. */
export const JobSchema = z
  .object({
    id: z.string(),
    number: z.number().int().describe('What commands call it by: `unschedule 7`.'),
    kind: JobKindSchema,
    command: z.string().describe('What is run, as it could be written.'),
    summary: z.string(),
    run_at: StampSchema.describe('Of a job that comes round, the next time.'),
    timezone: z.string(),
    repeat: z.string().nullable().describe('`weekday at 09:00`; null for what happens once.'),
    status: JobStatusSchema,
    recipients: z.number().int().describe('How many would have heard of it when it was scheduled; 0 when not known.'),
    source: z.enum(['command', 'sms', 'calendar', 'api']),
    calendar_event_id: z.string().nullable(),
    error: z
      .string()
      .nullable()
      .describe(
        'Why it was not done: `missed`, `target_gone`, or the code of a refusal. Of its last run if it repeats.',
      ),
    created_at: StampSchema,
  })
  .meta({ id: 'Job' })

/** Write a job. */
export function presentJob(job: Job): z.input<typeof JobSchema> {
  return {
    id: job.id,
    number: job.number,
    kind: job.kind,
    command: job.command,
    summary: job.summary,
    run_at: stamp(job.runAt),
    timezone: job.timezone,
    repeat: job.repeat && printRecurrence(job.repeat),
    status: job.state,
    recipients: job.recipients,
    source: job.source,
    calendar_event_id: job.calendarEventId,
    error: job.error,
    created_at: stamp(job.createdAt),
  }
}

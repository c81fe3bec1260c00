import { z } from 'zod'
import * as schedule from '#domain/schedule'
import { IdSchema } from '#kit/id'
import { OffsetQuery, pageRequest } from '#kit/page'
import { listOf, presentList } from '../dialect/lists.ts'
import { JobKindSchema, JobSchema, JobStatusSchema, presentJob } from '../presenters/job.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Scheduled messages', auth: 'bearer', gates: ['mobile'] } as const

export const listJobs = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/scheduled-jobs',
  summary: 'List scheduled messages',
  notes:
    'What is to happen by itself, the next first: texts, statuses and calls that were scheduled by a command, in the ' +
    'calendar, or with `scheduled_at`. Those that wait, unless another `status` is asked for.',
  limit: 'read',
  query: OffsetQuery.extend({
    status: z.union([JobStatusSchema, z.literal('all')]).default('scheduled'),
    kind: JobKindSchema.optional(),
  }),
  status: 200,
  reply: listOf(JobSchema),
  async handle({ view, viewer, query }) {
    const filter = { state: query.status === 'all' ? undefined : query.status, kind: query.kind }
    return presentList(await schedule.list(view, viewer.user, filter, pageRequest(query)), presentJob)
  },
})

export const cancelJob = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/scheduled-jobs/{job_id}',
  summary: 'Cancel a scheduled message',
  notes: 'It does not happen, and does not come round any more. What has begun, or is over, cannot be cancelled.',
  limit: 'write',
  params: z.object({ job_id: IdSchema }),
  status: 204,
  faults: [schedule.JobNotFound, schedule.JobRunning, schedule.JobFinished],
  async handle({ unit, viewer, params }) {
    await schedule.cancel(unit, viewer.user, params.job_id)
  },
})

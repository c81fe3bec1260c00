import * as schedule from '#domain/schedule'
import { presentJob } from '../presenters/job.ts'
import { frame, gone, type On } from './frames.ts'

/** What apps see of what their user has scheduled. */
export function jobFrames(on: On): void {
  on(schedule.JobChanged, async ({ view, event: { data } }) => {
    const job = await gone(schedule.get(view, { id: data.owner_id }, data.job_id))
    return job ? [frame('jobs', `job.${data.change}`, { job: presentJob(job) })] : []
  })
}

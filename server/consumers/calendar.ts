import { goOn } from '#domain/calendar'
import { JobChanged } from '#domain/schedule'
import { defineProjection, type Projection } from '#kit/consumer'

/** What is done for an event each time that it comes round is scheduled for its next time when it has been done. */
export const calendarKeeper: Projection = defineProjection('calendar', (on) => {
  on(JobChanged, async (unit, { data }) => {
    if (data.change === 'completed' || data.change === 'failed') await goOn(unit, data.owner_id, data.job_id)
  })
})

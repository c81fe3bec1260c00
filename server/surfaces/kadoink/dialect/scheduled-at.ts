import { z } from 'zod'

/** When something is to happen, of one's own choosing: ISO 8601 with an offset or `Z`; at once when absent. */
export const ScheduledAtSchema = z.iso
  .datetime({ offset: true, error: 'Send a time such as 2026-12-24T17:30:00Z.' })
  .optional()
  .describe('Do it then and not now: at least a minute ahead, a year at most. The answer is 202 and the job.')

import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** Somebody has reported something. Those who decide are told of the first report that is open about a thing. */
export const ReportFiled = defineEvent(
  'report.filed',
  z.object({ report_id: z.string(), is_first: z.boolean(), hides_ktag: z.boolean() }),
)

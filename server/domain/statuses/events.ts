import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** A status has been posted on a tag, has other words now, or is gone. */
export const StatusChanged = defineEvent(
  'status.changed',
  z.object({
    status_id: z.string(),
    ktag_id: z.string(),
    author_id: z.string(),
    change: z.enum(['created', 'updated', 'deleted']),
  }),
)

/** A status is to be texted to those who follow. */
export const FanoutBegun = defineEvent('status.fanout_begun', z.object({ status_id: z.string() }))

/** The texts of a status have got further: how they stood then. */
export const DeliveryChanged = defineEvent(
  'status.delivery_changed',
  z.object({
    status_id: z.string(),
    author_id: z.string(),
    recipients: z.number().int(),
    sent: z.number().int(),
    failed: z.number().int(),
    skipped: z.number().int(),
  }),
)

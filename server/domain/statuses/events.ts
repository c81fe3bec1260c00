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

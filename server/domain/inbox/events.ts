import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** A message has come, has been marked, has got its audio, or has gone. */
export const MessageChanged = defineEvent(
  'inbox.message_changed',
  z.object({
    owner_id: z.string(),
    message_id: z.string(),
    change: z.enum(['created', 'updated', 'deleted']),
  }),
)

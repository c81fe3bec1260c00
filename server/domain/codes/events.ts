import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** Nothing more will become of a message that a realm has sent by itself: it is `delivered`, `sent` or `failed` for good. */
export const ManualMessageFinished = defineEvent('manual_message.finished', z.object({ message_id: z.string() }))

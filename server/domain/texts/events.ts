import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** A text is to be sent. */
export const TextQueued = defineEvent('text.queued', z.object({ text_id: z.string() }))

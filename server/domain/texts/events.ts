import { z } from 'zod'
import { defineEvent } from '#kit/event'

const OneText = z.object({ text_id: z.string() })

/** A text is to be sent. */
export const TextQueued = defineEvent('text.queued', OneText)

/** A text that goes to many is to be sent. Apart from the others: ten thousand of them hold up nobody's code. */
export const BatchTextQueued = defineEvent('text.batch_queued', OneText)

/** A text will not arrive. The error is the carrier's number, where it gave one. */
export const TextFailed = defineEvent(
  'text.failed',
  z.object({ text_id: z.string(), phone: z.string(), purpose: z.string(), error_code: z.number().nullable() }),
)

/** A text came in. The network has answered those with a keyword. */
export const TextReceived = defineEvent(
  'text.received',
  z.object({ text_id: z.string(), phone: z.string(), keyword: z.enum(['stop', 'start', 'help']).nullable() }),
)

/** Automatic replies to a phone rest: it seems to be a machine that replies to them. */
export const RepliesPaused = defineEvent(
  'text.replies_paused',
  z.object({ phone: z.string(), until: z.string(), reason: z.enum(['loop', 'carrier']) }),
)

/** A text that carries a code has come further, or to its end. The error is the carrier's number, where it gave one. */
export const CodeTextMoved = defineEvent(
  'text.code_moved',
  z.object({
    text_id: z.string(),
    challenge_id: z.string(),
    status: z.enum(['sending', 'sent', 'unconfirmed', 'delivered', 'undelivered', 'failed', 'skipped']),
    error_code: z.number().nullable(),
    reason: z.string().nullable(),
  }),
)

import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** Somebody has had a command run, or tried to; `code` is that of the refusal. */
export const CommandExecuted = defineEvent(
  'command.executed',
  z.object({
    run_id: z.string(),
    user_id: z.string(),
    source: z.enum(['app', 'sms', 'schedule']),
    text: z.string(),
    verb: z.string().nullable(),
    canonical: z.string().nullable(),
    status: z.enum(['ok', 'confirm_required', 'scheduled', 'failed']),
    reply: z.string(),
    code: z.string().nullable(),
  }),
)

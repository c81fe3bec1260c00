import { z } from 'zod'
import { defineEvent } from '#kit/event'
import { CHANNELS } from './model.ts'

/** A code is to be sent. The code itself stays sealed in its row; `send` tells a first code from a resent one. */
export const CodeIssued = defineEvent(
  'verification.code_issued',
  z.object({ challenge_id: z.string(), channel: z.enum(CHANNELS), send: z.number() }),
)

/** A link is to be sent. Its token stays sealed in its row. */
export const LinkIssued = defineEvent(
  'verification.link_issued',
  z.object({ link_id: z.string(), channel: z.enum(['sms', 'email']) }),
)

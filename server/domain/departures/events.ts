import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** Somebody has deleted their account. The address for the goodbye stays sealed; null when there is none. */
export const AccountLeft = defineEvent(
  'account.left',
  z.object({ user_id: z.string(), username: z.string(), email_sealed: z.string().nullable() }),
)

import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** An invite has come to be, or something has become of it. */
export const InviteChanged = defineEvent(
  'invite.changed',
  z.object({
    invite_id: z.string(),
    inviter_id: z.string(),
    change: z.enum(['created', 'failed', 'accepted', 'revoked', 'expired']),
  }),
)

/** An invite is to be mailed. */
export const InviteLetterQueued = defineEvent('invite.letter_queued', z.object({ invite_id: z.string() }))

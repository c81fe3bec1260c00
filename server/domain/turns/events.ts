import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** Some turns were asked for: whoever gives them out is to look. */
export const TurnsQueued = defineEvent('turn.queued', z.object({ owner: z.string(), turns: z.number() }))

/** A turn has come: the phone is to be rung now. The leg of a participant, one sending of a code, or a visitor. */
export const TurnReleased = defineEvent(
  'turn.released',
  z.object({
    turn_id: z.string(),
    call_id: z.string().nullable(),
    participant_id: z.string().nullable(),
    challenge_id: z.string().nullable(),
    send: z.number().nullable(),
    callback_id: z.string().nullish(),
  }),
)

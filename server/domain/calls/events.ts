import { z } from 'zod'
import { defineEvent } from '#kit/event'
import { PARTICIPANT_STATUSES } from './model.ts'

const time = z.string().nullable()

/** What an event says of a participant: as it was then, so that every step is told even when steps follow closely. */
const ParticipantFacts = z.object({
  participant_id: z.string(),
  status: z.enum(PARTICIPANT_STATUSES),
  muted: z.boolean(),
  reason: z.string().nullable(),
  joined_at: time,
  left_at: time,
})

/** What an event says of a call. */
const CallFacts = z.object({
  call_id: z.string(),
  status: z.enum(['dialing', 'in_progress', 'ended']),
  privacy: z.enum(['private', 'open']),
  started_at: time,
  ended_at: time,
  end_reason: z.string().nullable(),
})

/** A call has begun; its host is about to be rung. A guest is told the same when they are about to be rung. */
export const CallStarted = defineEvent('call.started', CallFacts)

/** A call's state or privacy is different now. */
export const CallChanged = defineEvent('call.changed', CallFacts)

/** A call is over: whoever is still on the line is to be put out. */
export const CallEnded = defineEvent('call.ended', CallFacts)

/** Somebody is to be rung. */
export const ParticipantInvited = defineEvent(
  'call.participant_invited',
  z.object({ call_id: z.string(), participant_id: z.string() }),
)

/** A participant has moved on. */
export const ParticipantChanged = defineEvent(
  'call.participant_changed',
  ParticipantFacts.extend({ call_id: z.string() }),
)

/** One leg is to be hung up while the call goes on. */
export const ParticipantDropped = defineEvent(
  'call.participant_dropped',
  z.object({ call_id: z.string(), participant_id: z.string() }),
)

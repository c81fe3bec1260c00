import { z } from 'zod'
import { defineEvent } from '#kit/event'
import { PARTICIPANT_STATUSES } from './model.ts'

const time = z.string().nullable()

/** What an event says of a participant: as it was then, so that every step is told even when steps follow closely. */
const ParticipantFacts = z.object({
  participant_id: z.string(),
  status: z.enum(PARTICIPANT_STATUSES),
  muted: z.boolean(),
  muted_by_host: z.boolean().optional(),
  on_hold: z.boolean().optional(),
  reason: z.string().nullable(),
  sip_code: z.number().int().nullable().optional(),
  joined_at: time,
  left_at: time,
})

/** What an event says of a call. */
const CallFacts = z.object({
  call_id: z.string(),
  status: z.enum(['dialing', 'in_progress', 'ended']),
  privacy: z.enum(['private', 'open']),
  mute_on_join: z.boolean().optional(),
  started_at: time,
  ends_by: time.optional(),
  ended_at: time,
  end_reason: z.string().nullable(),
})

/** A call has begun; its host is about to be rung. A guest is told the same when they are about to be rung. */
export const CallStarted = defineEvent('call.started', CallFacts)

/** A call's state or privacy is different now. */
export const CallChanged = defineEvent('call.changed', CallFacts)

/** A call is over: whoever is still on the line is to be put out. */
export const CallEnded = defineEvent('call.ended', CallFacts)

/** An open call that has begun is shown at a tag from here on, is shown otherwise than before, or no longer. */
export const CallShown = defineEvent(
  'call.shown',
  z.object({ call_id: z.string(), ktag_id: z.string(), is_live: z.boolean() }),
)

/** Somebody has come into the room of a call that was over: the room is to be closed again. */
export const RoomHaunted = defineEvent('call.room_haunted', z.object({ call_id: z.string() }))

/** Which attempt of a participant is meant; without it the current one. */
const attempt = z.number().int().optional()

/** A participant has moved on. */
export const ParticipantChanged = defineEvent(
  'call.participant_changed',
  ParticipantFacts.extend({ call_id: z.string() }),
)

/** One leg is to be hung up while the call goes on; the carrier's name of it, as far as it was known then. */
export const ParticipantDropped = defineEvent(
  'call.participant_dropped',
  z.object({ call_id: z.string(), participant_id: z.string(), attempt, carrier_call_id: z.string().nullish() }),
)

/** The carrier is to be told whether somebody is muted or on hold. */
export const ParticipantControlled = defineEvent(
  'call.participant_controlled',
  z.object({ call_id: z.string(), participant_id: z.string() }),
)

/** A call is about to end, at this moment: everybody in its room is to be told. */
export const CallWarned = defineEvent('call.warned', z.object({ call_id: z.string(), ends_by: z.string() }))

/** Reports of a leg are missing: the carrier is to be asked how it stands. */
export const LegDoubted = defineEvent('call.leg_doubted', z.object({ carrier_call_id: z.string() }))

/** Reports of a call's room are missing: the carrier is to be asked who is in there. */
export const RoomDoubted = defineEvent(
  'call.room_doubted',
  z.object({ call_id: z.string(), carrier_room_id: z.string() }),
)

import type { EventType } from '#kit/event'
import type { Unit, View } from '#kit/unit'
import { ParticipantChanged } from './events.ts'
import type { Call, Participant } from './model.ts'
import * as store from './store.ts'

/** Where a call is heard: by everyone on it who has an account, and by those who watch it. */
export async function channelsOf(view: View, callId: string): Promise<readonly string[]> {
  return [...(await store.audience(view, callId)).map((id) => `user:${id}`), `call:${callId}`]
}

/** Tell of a call as it is now. */
export async function announceCall<Facts>(unit: Unit, type: EventType<Facts>, call: Call): Promise<void> {
  const facts = {
    call_id: call.id,
    status: call.status,
    privacy: call.privacy,
    started_at: call.startedAt?.toISOString() ?? null,
    ended_at: call.endedAt?.toISOString() ?? null,
    end_reason: call.endReason,
  }
  unit.emit(type, facts as Facts, await channelsOf(unit, call.id))
}

/** Tell of a participant as they are now. */
export async function announceParticipant(unit: Unit, participant: Participant): Promise<void> {
  const facts = {
    call_id: participant.callId,
    participant_id: participant.id,
    status: participant.status,
    muted: participant.muted,
    reason: participant.reason,
    joined_at: participant.joinedAt?.toISOString() ?? null,
    left_at: participant.leftAt?.toISOString() ?? null,
  }
  unit.emit(ParticipantChanged, facts, await channelsOf(unit, participant.callId))
}

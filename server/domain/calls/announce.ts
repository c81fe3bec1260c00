import type { EventType } from '#kit/event'
import type { Unit, View } from '#kit/unit'
import { CallStarted, ParticipantChanged } from './events.ts'
import type { Call, Participant } from './model.ts'
import * as participantStore from './participants-store.ts'

/** Where a call is heard: by everyone on it who has an account, and by those who watch it. */
export async function channelsOf(view: View, callId: string): Promise<readonly string[]> {
  return channelsTo(callId, await participantStore.audience(view, callId))
}

/** The same for those whose audience has been asked for. */
export function channelsTo(callId: string, audience: readonly string[]): readonly string[] {
  return [...audience.map((id) => `user:${id}`), `call:${callId}`]
}

/** Tell of a call as it is now: everyone on it, or only those on these channels. */
export async function announceCall<Facts>(
  unit: Unit,
  type: EventType<Facts>,
  call: Call,
  channels?: readonly string[],
): Promise<void> {
  const facts = {
    call_id: call.id,
    status: call.status,
    privacy: call.privacy,
    mute_on_join: call.muteOnJoin,
    started_at: call.startedAt?.toISOString() ?? null,
    ends_by: call.endsBy?.toISOString() ?? null,
    ended_at: call.endedAt?.toISOString() ?? null,
    end_reason: call.endReason,
  }
  unit.emit(type, facts as Facts, channels ?? (await channelsOf(unit, call.id)))
}

/** Tell a guest who has an account, from whom the call was kept so far, that there is one. */
export async function announceTo(unit: Unit, call: Call, guest: Participant): Promise<void> {
  if (guest.userId !== null) await announceCall(unit, CallStarted, call, [`user:${guest.userId}`])
}

/** Tell of a participant as they are now: everyone on their call, who may be known already. */
export async function announceParticipant(
  unit: Unit,
  participant: Participant,
  channels?: readonly string[],
): Promise<void> {
  const facts = {
    call_id: participant.callId,
    participant_id: participant.id,
    status: participant.status,
    muted: participant.muted,
    muted_by_host: participant.mutedByHost,
    on_hold: participant.onHold,
    reason: participant.reason,
    sip_code: participant.sipCode,
    joined_at: participant.joinedAt?.toISOString() ?? null,
    left_at: participant.leftAt?.toISOString() ?? null,
  }
  unit.emit(ParticipantChanged, facts, channels ?? (await channelsOf(unit, participant.callId)))
}

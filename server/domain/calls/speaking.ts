import type { Unit } from '#kit/unit'
import { channelsOf } from './announce.ts'
import { findLeg } from './leg-lock.ts'
import { RULES } from './model.ts'
import * as speech from './speaking-store.ts'
import * as store from './store.ts'

/** Who speaks on a call at a moment, and where that is heard. */
export interface Speakers {
  readonly callId: string
  readonly participantIds: readonly string[]
  readonly channels: readonly string[]
}

/** Somebody in a room has begun or stopped to speak. Gives their call's id; null when a later report was heard. */
export async function spoke(
  unit: Unit,
  legName: string,
  report: { readonly isSpeaking: boolean; readonly sequence: number },
): Promise<string | null> {
  const participant = await findLeg(unit, legName)
  if (participant?.status !== 'joined') return null
  return (await speech.noteSpeech(unit, participant, report)) ? participant.callId : null
}

/**
 * Who speaks on a call now, for telling it: given at most twice a second, whoever asks. `later` when it was given just
 * now, null when the call is over.
 */
export async function speakersToTell(unit: Unit, callId: string): Promise<Speakers | 'later' | null> {
  const call = await store.findCall(unit, callId)
  if (!call || call.endedAt) return null
  if (!(await speech.claimTelling(unit, callId, RULES.speakersToldEverySeconds))) return 'later'
  return {
    callId,
    participantIds: await speech.speakersOf(unit, callId),
    channels: await channelsOf(unit, callId),
  }
}

import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import type { Participant } from './model.ts'

/** Note that somebody speaks or not, unless a later report of this attempt was heard; false when it was. */
export async function noteSpeech(
  unit: Unit,
  { id, callId, attempt }: Participant,
  { isSpeaking, sequence }: { readonly isSpeaking: boolean; readonly sequence: number },
): Promise<boolean> {
  const rows = await unit
    .sql('call_speakers')
    .insert({ participant_id: id, call_id: callId, attempt, sequence, is_speaking: isSpeaking })
    .onConflict('participant_id')
    .merge()
    .whereRaw('(call_speakers.attempt, call_speakers.sequence) < (excluded.attempt, excluded.sequence)')
    .returning('participant_id')
  return rows.length === 1
}

/** Who of a call speaks and is heard, by id, in the order in which they were added. */
export async function speakersOf(view: View, callId: string): Promise<readonly string[]> {
  return view
    .sql('call_speakers')
    .join('participants', 'participants.id', 'call_speakers.participant_id')
    .where({ 'call_speakers.call_id': callId, 'participants.status': 'joined', is_speaking: true })
    .andWhere({ 'participants.muted': false, 'participants.on_hold': false })
    .whereRaw('call_speakers.attempt = participants.attempt')
    .orderBy('participants.id')
    .pluck('participants.id')
}

/** Take the right to tell who speaks on a call; false when it was told less than so many seconds ago. */
export async function claimTelling(unit: Unit, callId: string, everySeconds: number): Promise<boolean> {
  const rows = await unit
    .sql('call_speech_told')
    .insert({ call_id: callId, told_at: unit.now })
    .onConflict('call_id')
    .merge()
    .where('call_speech_told.told_at', '<=', secondsAfter(unit.now, -everySeconds))
    .returning('call_id')
  return rows.length === 1
}

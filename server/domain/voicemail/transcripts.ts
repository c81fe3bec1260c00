import { setTranscript } from '#domain/inbox'
import type { Unit, View } from '#kit/unit'
import { deleteAtCarrier, deleteWhenDone } from './deletions.ts'
import * as due from './due-store.ts'
import { RULES } from './model.ts'
import * as store from './store.ts'

/** Recordings of which no transcript has come, and that are to be looked up now. */
export async function transcriptsDue(view: View): Promise<readonly string[]> {
  return due.transcripts(view)
}

/**
 * The carrier has written a recording down, or has failed to (null). It is attached once, whoever tells of it and
 * however often; then the carrier's copies are not needed any more. `transcriptId` is the carrier's own.
 */
export async function transcribed(
  unit: Unit,
  recordingId: string,
  text: string | null,
  transcriptId: string | null,
): Promise<void> {
  const recording = await store.lock(unit, recordingId)
  // Of a recording that we have not heard of yet the transcript is looked up later.
  if (!recording) return
  if (transcriptId !== null) await deleteAtCarrier(unit, transcriptId)
  if (recording.transcript !== 'pending') return
  const words = text?.trim() || null
  const { ownerId, messageId } = recording
  if (messageId !== null) await setTranscript(unit, ownerId, messageId, words)
  await deleteWhenDone(unit, await store.update(unit, recordingId, { transcript: words === null ? 'absent' : 'ready' }))
}

/** The carrier has not written a recording down yet: look again later, and in the end no more. */
export async function postponeTranscript(unit: Unit, recordingId: string): Promise<void> {
  if ((await due.postponeTranscript(unit, recordingId)) < RULES.transcriptTries) return
  await transcribed(unit, recordingId, null, null)
}

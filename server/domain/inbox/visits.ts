import type { Ktag } from '#domain/tags'
import type { Unit } from '#kit/unit'
import { leaveVoicemail } from './inbox.ts'
import * as store from './store.ts'

/** A caller is about to speak after the tone for a tag. The carrier tells of the recording by its own call id only. */
export async function expectVoicemail(
  unit: Unit,
  visit: { readonly carrierCallId: string; readonly fromPhone: string | null; readonly ktag: Ktag },
): Promise<void> {
  const { carrierCallId, fromPhone, ktag } = visit
  await store.noteVisit(unit, { carrierCallId, fromPhone, ktagId: ktag.id, ownerId: ktag.ownerId })
}

/** A recording of a call is there; false when nobody was expected to speak on that call. */
export async function voicemailRecorded(
  unit: Unit,
  recording: { readonly carrierCallId: string; readonly recordingId: string; readonly durationSeconds: number },
): Promise<boolean> {
  const visit = await store.findVisit(unit, recording.carrierCallId)
  if (!visit) return false
  await leaveVoicemail(unit, {
    ownerId: visit.ownerId,
    ktagId: visit.ktagId,
    fromPhone: visit.fromPhone,
    recordingId: recording.recordingId,
    durationSeconds: recording.durationSeconds,
  })
  return true
}

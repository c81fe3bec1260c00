import type { Ktag } from '#domain/tags'
import type { Unit } from '#kit/unit'
import { leaveVoicemail } from './inbox.ts'

/** A caller is about to speak after the tone for a tag. The carrier tells of the recording by its own call id only. */
export async function expectVoicemail(
  unit: Unit,
  visit: { readonly carrierCallId: string; readonly fromPhone: string | null; readonly ktag: Ktag },
): Promise<void> {
  await unit
    .sql('voicemail_visits')
    .insert({
      carrier_call_id: visit.carrierCallId,
      from_phone: visit.fromPhone,
      ktag_id: visit.ktag.id,
      owner_id: visit.ktag.ownerId,
      began_at: unit.now,
    })
    .onConflict('carrier_call_id')
    .merge()
}

/** A recording of a call is there; false when nobody was expected to speak on that call. */
export async function voicemailRecorded(
  unit: Unit,
  recording: { readonly carrierCallId: string; readonly recordingId: string; readonly durationSeconds: number },
): Promise<boolean> {
  const visit = await unit.sql('voicemail_visits').where({ carrier_call_id: recording.carrierCallId }).first()
  if (!visit) return false
  await leaveVoicemail(unit, {
    ownerId: visit.owner_id,
    ktagId: visit.ktag_id,
    fromPhone: visit.from_phone,
    recordingId: recording.recordingId,
    durationSeconds: recording.durationSeconds,
  })
  return true
}

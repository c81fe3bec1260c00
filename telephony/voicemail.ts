import type { Blobs } from '#domain/media'
import * as voicemail from '#domain/voicemail'
import { defineEffect, type Effect } from '#kit/consumer'
import { forEachApart } from '#kit/each'
import type { Database } from '#kit/unit'
import { type Carrier, CarrierError } from './carrier.ts'

/** What keeping voicemail needs. */
export interface VoicemailTools {
  readonly database: Database
  readonly carrier: Carrier
  readonly blobs: Blobs
}

/**
 * Fetches the sound of a recording as soon as the carrier tells of it, and deletes at the carrier what is not needed
 * there any more. Whatever fails here is done later by the clock.
 */
export function voicemailKeeper(tools: VoicemailTools): Effect {
  return defineEffect(
    'voicemail',
    ({ id }) => id,
    (on) => {
      on(voicemail.SoundWanted, ({ data }) => fetchSound(tools, data.recording_id))
      on(voicemail.CarrierCopyUnneeded, ({ data }) => deleteAtCarrier(tools, data.carrier_id))
    },
  )
}

/** Fetch the sounds that could not be had before: carriers tell of recordings before they have stored them. */
export async function fetchDueSounds(tools: VoicemailTools): Promise<void> {
  const due = await tools.database.read(voicemail.soundsDue)
  await forEachApart(due, (recordingId) => fetchSound(tools, recordingId))
}

/** Look up the transcripts of which the carrier should have told us by now. */
export async function lookUpTranscripts({ database, carrier }: VoicemailTools): Promise<void> {
  await forEachApart(await database.read(voicemail.transcriptsDue), async (recordingId) => {
    const found = await carrier.transcriptOf(recordingId).catch(unlessCarrier)
    await database.write((unit) => {
      if (!found || found.state === 'pending') return voicemail.postponeTranscript(unit, recordingId)
      return voicemail.transcribed(unit, recordingId, found.text, null)
    })
  })
}

/** Delete at the carrier what could not be deleted before. */
export async function deleteDueAtCarrier(tools: VoicemailTools): Promise<void> {
  const due = await tools.database.read(voicemail.deletionsDue)
  await forEachApart(due, (carrierId) => deleteAtCarrier(tools, carrierId))
}

/**
 * The blob's name is the recording's, so fetching twice writes the same bytes to the same place, and only one file is
 * made of them. What dies in between is fetched again.
 */
async function fetchSound({ database, carrier, blobs }: VoicemailTools, recordingId: string): Promise<void> {
  if (!(await database.read((view) => voicemail.isSoundWanted(view, recordingId)))) return
  try {
    const { contentType, bytes } = await carrier.fetchRecording(recordingId)
    await blobs.put(voicemail.soundKey(recordingId), bytes)
    const sound = { contentType, sizeBytes: bytes.length }
    await database.write((unit) => voicemail.storeSound(unit, recordingId, sound))
  } catch (error) {
    unlessCarrier(error)
    await database.write((unit) => voicemail.postponeSound(unit, recordingId))
  }
}

/** Deleting what is gone is no error, so doing it twice does nothing twice. */
async function deleteAtCarrier({ database, carrier, blobs }: VoicemailTools, carrierId: string): Promise<void> {
  if (!(await database.read((view) => voicemail.isToDelete(view, carrierId)))) return
  try {
    if (carrierId.startsWith('TR')) await carrier.deleteTranscript(carrierId)
    else {
      // Transcripts first: of a recording that is gone none can be listed.
      await carrier.deleteTranscripts(carrierId)
      await carrier.deleteRecording(carrierId)
    }
    // Bytes that were fetched just before nobody wanted them any more belong to no file.
    if (await database.read((view) => voicemail.isDiscarded(view, carrierId))) {
      await blobs.remove(voicemail.soundKey(carrierId))
    }
    await database.write((unit) => voicemail.deletedAtCarrier(unit, carrierId))
  } catch (error) {
    unlessCarrier(error)
    await database.write((unit) => voicemail.postponeDeletion(unit, carrierId))
  }
}

/** What the carrier could not do is done later; anything else is a bug. */
function unlessCarrier(error: unknown): null {
  if (!(error instanceof CarrierError)) throw error
  return null
}

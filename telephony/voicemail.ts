import {
  attachAudio,
  postponeSound,
  VoicemailLeft,
  type VoicemailSound,
  voicemailSound,
  voicemailsToFetch,
} from '#domain/inbox'
import { add, type Blobs } from '#domain/media'
import { defineEffect, type Effect } from '#kit/consumer'
import type { Database } from '#kit/unit'
import { type Carrier, CarrierError } from './carrier.ts'

/** What fetching needs. */
export interface VoicemailTools {
  readonly database: Database
  readonly carrier: Carrier
  readonly blobs: Blobs
}

/** Fetches the sound of a voicemail as soon as the carrier tells of it. The message is in the inbox already. */
export function voicemailKeeper(tools: VoicemailTools): Effect {
  return defineEffect(
    'voicemail',
    ({ id }) => id,
    (on) => {
      on(VoicemailLeft, async ({ data }) => {
        const sound = await tools.database.read((view) => voicemailSound(view, data.message_id))
        if (sound) await fetchSound(tools, sound)
      })
    },
  )
}

/** Fetch the sounds that could not be had before: carriers tell of recordings before they have stored them. */
export async function fetchDueSounds(tools: VoicemailTools): Promise<void> {
  const due = await tools.database.read(voicemailsToFetch)
  for (const sound of due) await fetchSound(tools, sound)
}

/**
 * The blob's name is the recording's, so fetching twice writes the same bytes to the same place, and only one file is
 * attached. The carrier's copy goes last: what dies in between is fetched again.
 */
async function fetchSound({ database, carrier, blobs }: VoicemailTools, sound: VoicemailSound): Promise<void> {
  const { messageId, ownerId, recordingId, durationSeconds } = sound
  try {
    const media = await carrier.fetchRecording(recordingId)
    const blobKey = `voicemail/${recordingId}`
    await blobs.put(blobKey, media.bytes)
    const { contentType } = media
    const sizeBytes = media.bytes.length
    const file = {
      ownerId,
      kind: 'audio',
      contentType,
      sizeBytes,
      durationSeconds,
      width: null,
      height: null,
      blobKey,
    } as const
    await database.write((unit) => attachAudio(unit, ownerId, messageId, () => add(unit, file)))
    await carrier.deleteRecording(recordingId)
  } catch (error) {
    if (!(error instanceof CarrierError)) throw error
    await database.write((unit) => postponeSound(unit, messageId))
  }
}

import { attachAudio, VoicemailLeft } from '#domain/inbox'
import { add, type Blobs } from '#domain/media'
import { defineEffect, type Effect } from '#kit/consumer'
import type { Log } from '#kit/log'
import type { Database } from '#kit/unit'
import { type Carrier, CarrierError } from './carrier.ts'

/**
 * Fetches the sound of voicemails and keeps it. The message is in the inbox already; its sound follows. The blob's
 * name is the recording's, so fetching twice writes the same bytes to the same place, and only one file is attached.
 * A recording that the carrier has not stored yet is asked for again with growing pauses.
 */
export function voicemailKeeper(database: Database, carrier: Carrier, blobs: Blobs, log: Log): Effect {
  return defineEffect(
    'voicemail',
    ({ id }) => id,
    (on) => {
      on(VoicemailLeft, async ({ data }) => {
        const { owner_id: ownerId, message_id: messageId, recording_id: recordingId } = data
        const sound = await carrier.fetchRecording(recordingId)
        const blobKey = `voicemail/${recordingId}`
        await blobs.put(blobKey, sound.bytes)
        const file = {
          ownerId,
          kind: 'audio',
          contentType: sound.contentType,
          sizeBytes: sound.bytes.length,
          durationSeconds: data.duration_seconds,
          width: null,
          height: null,
          blobKey,
        } as const
        await database.write((unit) => attachAudio(unit, ownerId, messageId, () => add(unit, file)))
        await carrier.deleteRecording(recordingId).catch((error: unknown) => {
          log.warn(
            { failure: error instanceof CarrierError ? error.failure : 'unknown' },
            'voicemail: the carrier keeps its copy',
          )
        })
      })
    },
  )
}

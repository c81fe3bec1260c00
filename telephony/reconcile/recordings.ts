import { unheardAmong } from '#domain/voicemail'
import type { RecordingRecord } from '../carrier.ts'
import { recorded } from '../mailbox-signals.ts'
import { catchUp } from './list.ts'
import type { ReconcileTools } from './tools.ts'

/** Nobody speaks longer than this after a tone, storing it included. */
const SPEAKING_SECONDS = 3_600

/** Take in the recordings of which nothing was told us: each becomes the voicemail that was expected on its call. */
export async function reconcileRecordings(tools: ReconcileTools): Promise<void> {
  const { database, carrier, log, onMended } = tools
  const unheardOf = (records: readonly RecordingRecord[]) =>
    database.read((view) => unheardAmong(view, records.map(idOf)))
  const keep = async (record: RecordingRecord): Promise<boolean> => {
    const { carrierCallId, recordingId, durationSeconds } = record
    if (carrierCallId === null) return true
    try {
      await recorded(database, { carrierCallId, recordingId, durationSeconds })
      return true
    } catch (error) {
      log.error({ err: error, recording_id: recordingId }, 'reconcile: a recording could not be taken in')
      return false
    }
  }
  await catchUp(tools, {
    name: 'recordings',
    holdsSeconds: SPEAKING_SECONDS,
    read: (since, part) => carrier.recordingsSince(since, part),
    at: ({ createdAt }) => createdAt,
    apply: async (records) => {
      const unheard = await unheardOf(records)
      const again: RecordingRecord[] = []
      for (const record of records) {
        if (!unheard.has(record.recordingId)) continue
        if (!record.isComplete || !(await keep(record))) again.push(record)
      }
      const kept = unheard.size - (await unheardOf(records)).size
      if (kept > 0) onMended('recording', kept)
      return again
    },
  })
}

function idOf({ recordingId }: RecordingRecord): string {
  return recordingId
}

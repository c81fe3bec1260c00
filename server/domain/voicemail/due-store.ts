import type { Unit, View } from '#kit/unit'
import { RULES } from './model.ts'

/** What is due by the clock, a chunk at a time. */
const CHUNK = 50

/** Recordings whose sound has been waited for long enough to ask again. */
export async function sounds(view: View): Promise<readonly string[]> {
  return view
    .sql('recordings')
    .where({ state: 'wanted' })
    .andWhere('sound_due_at', '<=', view.now)
    .orderBy('sound_due_at')
    .limit(CHUNK)
    .pluck('recording_id')
}

/**
 * Ask later again, after pauses of 5, 10, 20 … seconds, an hour at most; gives how often it has been asked now. Two who
 * have asked at once count as one, here as below: whoever comes second finds it not due any more.
 */
export async function postponeSound(unit: Unit, recordingId: string): Promise<number> {
  const rows: { sound_tries: number }[] = await unit
    .sql('recordings')
    .where({ recording_id: recordingId, state: 'wanted' })
    .andWhere('sound_due_at', '<=', unit.now)
    .update({
      sound_tries: unit.sql.raw('sound_tries + 1'),
      sound_due_at: afterPause(unit, 'sound_tries', RULES.firstFetch),
    })
    .returning('sound_tries')
  return rows[0]?.sound_tries ?? 0
}

/** Recordings whose transcript has been waited for long enough to look it up. */
export async function transcripts(view: View): Promise<readonly string[]> {
  return view
    .sql('recordings')
    .where({ transcript: 'pending' })
    .andWhere('transcript_due_at', '<=', view.now)
    .orderBy('transcript_due_at')
    .limit(CHUNK)
    .pluck('recording_id')
}

/** Look later again, after pauses that double, an hour at most; gives how often it has been looked up now. */
export async function postponeTranscript(unit: Unit, recordingId: string): Promise<number> {
  const rows: { transcript_tries: number }[] = await unit
    .sql('recordings')
    .where({ recording_id: recordingId, transcript: 'pending' })
    .andWhere('transcript_due_at', '<=', unit.now)
    .update({
      transcript_tries: unit.sql.raw('transcript_tries + 1'),
      transcript_due_at: afterPause(unit, 'transcript_tries', RULES.firstLook),
    })
    .returning('transcript_tries')
  return rows[0]?.transcript_tries ?? 0
}

/** Recordings of which their owners may be told by now: the sound is here, or has been waited for until `heardBefore`. */
export async function notices(view: View, heardBefore: Date): Promise<readonly string[]> {
  return view
    .sql('recordings')
    .where('notice_due_at', '<=', view.now)
    .andWhere((ready) => ready.where({ state: 'stored' }).orWhere('heard_at', '<=', heardBefore))
    .orderBy('notice_due_at')
    .limit(CHUNK)
    .pluck('recording_id')
}

/** Greetings that nobody has kept since a moment. */
export async function offers(view: View, heardBefore: Date): Promise<readonly string[]> {
  return view
    .sql('recordings')
    .where({ state: 'offered' })
    .andWhere('heard_at', '<', heardBefore)
    .limit(CHUNK)
    .pluck('recording_id')
}

/** What is to be deleted at the carrier now. */
export async function deletions(view: View): Promise<readonly string[]> {
  return view
    .sql('carrier_deletions')
    .where('due_at', '<=', view.now)
    .orderBy('due_at')
    .limit(CHUNK)
    .pluck('carrier_id')
}

/** Note that something is to be deleted at the carrier; false when that is noted already. */
export async function insertDeletion(unit: Unit, carrierId: string): Promise<boolean> {
  const rows = await unit
    .sql('carrier_deletions')
    .insert({ carrier_id: carrierId, due_at: unit.now })
    .onConflict('carrier_id')
    .ignore()
    .returning('carrier_id')
  return rows.length === 1
}

export async function isToDelete(view: View, carrierId: string): Promise<boolean> {
  return (await view.sql('carrier_deletions').where({ carrier_id: carrierId }).first('carrier_id')) !== undefined
}

/** Try again after pauses of 5, 10, 20 … seconds, an hour at most, without end. */
export async function postponeDeletion(unit: Unit, carrierId: string): Promise<void> {
  await unit
    .sql('carrier_deletions')
    .where({ carrier_id: carrierId })
    .andWhere('due_at', '<=', unit.now)
    .update({ tries: unit.sql.raw('tries + 1'), due_at: afterPause(unit, 'tries', RULES.firstFetch) })
}

export async function removeDeletion(unit: Unit, carrierId: string): Promise<void> {
  await unit.sql('carrier_deletions').where({ carrier_id: carrierId }).delete()
}

/** A moment after a pause that doubles with each try; an hour at most. */
function afterPause(unit: Unit, tries: 'tries' | 'sound_tries' | 'transcript_tries', firstSeconds: number) {
  return unit.sql.raw(`?::timestamptz + least(3600, ? * 2 ^ least(${tries}, 20)) * interval '1 second'`, [
    unit.now,
    firstSeconds,
  ])
}

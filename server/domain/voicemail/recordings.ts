import { byId as userById } from '#domain/accounts'
import { limitsOf } from '#domain/billing'
import { leaveVoicemail, withdraw } from '#domain/inbox'
import { purgeLater } from '#domain/media'
import { secondsAfter } from '#kit/clock'
import type { Unit } from '#kit/unit'
import { deleteAtCarrier, deleteWhenDone } from './deletions.ts'
import { SoundWanted } from './events.ts'
import { canBeWrittenDown, type Recording, type RecordingReport, RULES, type Visit } from './model.ts'
import { notifyIfDue } from './notices.ts'
import * as store from './store.ts'
import * as visits from './visit-store.ts'

/** What a recording is: a message, a greeting that waits to be kept, or nothing any more. */
export type Heard = 'message' | 'greeting' | 'too_short' | 'gone' | 'unexpected'

/**
 * The carrier tells of a recording. However often and in whatever order it does, it is one message, in the inbox at
 * once; its sound is asked for at each telling until it is there. What is too short is nothing, and is deleted at the
 * carrier. `unexpected`: nobody was to speak on that call.
 */
export async function recorded(unit: Unit, report: RecordingReport): Promise<Heard> {
  const visit = await visits.find(unit, report.carrierCallId)
  if (!visit) return 'unexpected'
  const isTooShort = report.durationSeconds < RULES.shortestSeconds
  const state = isTooShort ? 'discarded' : visit.purpose === 'message' ? 'wanted' : 'offered'
  const { recording, isNew } = await store.hear(unit, {
    recordingId: report.recordingId,
    purpose: visit.purpose,
    ownerId: visit.ownerId,
    durationSeconds: report.durationSeconds,
    state,
    transcript: isTooShort ? 'absent' : await expectedTranscript(unit, visit, report.durationSeconds),
  })
  if (isNew && state === 'wanted') await leave(unit, visit, recording)
  // The first telling often comes before the carrier has stored it; a later one may be the word that it has. So the
  // sound is wanted, or the copy unneeded, at each telling.
  if (recording.state === 'wanted') wantSound(unit, recording)
  if (recording.state === 'discarded') await deleteAtCarrier(unit, recording.recordingId)
  return heardAs(recording)
}

/** The carrier found nothing in a recording: it is no message, and no greeting. */
export async function wasSilent(unit: Unit, report: Omit<RecordingReport, 'durationSeconds'>): Promise<void> {
  const known = await store.lock(unit, report.recordingId)
  if (known) await discard(unit, known)
  else await recorded(unit, { ...report, durationSeconds: 0 })
}

/** A caller is done with what they said: it is sent, and its owner may be told. False when nothing is left of it. */
export async function settle(unit: Unit, carrierCallId: string, recordingId: string): Promise<boolean> {
  const recording = await lockOwn(unit, carrierCallId, recordingId)
  if (!recording || recording.state === 'discarded') return false
  if (recording.isSettled) return true
  const noticeDueAt = recording.noticeDueAt === null ? null : unit.now
  await notifyIfDue(unit, await store.update(unit, recordingId, { is_settled: true, notice_due_at: noticeDueAt }))
  return true
}

/** Somebody wants to speak anew: what they have said is no message and no greeting, and is deleted at the carrier. */
export async function takeBack(unit: Unit, carrierCallId: string, recordingId: string): Promise<void> {
  const recording = await lockOwn(unit, carrierCallId, recordingId)
  // What was sent, or kept as a greeting, stays so: the carrier asks again when our answer was lost.
  if (recording && !recording.isSettled) await discard(unit, recording)
}

/** Make nothing of a locked recording: no message, no sound, nothing at the carrier. */
export async function discard(unit: Unit, recording: Recording): Promise<void> {
  if (recording.state === 'discarded') return
  const { recordingId, ownerId, messageId, fileId } = recording
  if (messageId !== null) await withdraw(unit, ownerId, messageId)
  if (fileId !== null) await purgeLater(unit, fileId, unit.now)
  const changes = { state: 'discarded', transcript: 'absent', notice_due_at: null }
  await deleteWhenDone(unit, await store.update(unit, recordingId, changes))
}

/** Have the sound of a recording fetched. */
export function wantSound(unit: Unit, { recordingId }: Recording): void {
  unit.emit(SoundWanted, { recording_id: recordingId }, [])
}

/** A recording of the very call that speaks of it, locked. */
export async function lockOwn(unit: Unit, carrierCallId: string, recordingId: string): Promise<Recording | null> {
  const visit = await visits.find(unit, carrierCallId)
  const recording = visit ? await store.lock(unit, recordingId) : null
  return recording && recording.ownerId === visit?.ownerId && recording.purpose === visit.purpose ? recording : null
}

async function leave(unit: Unit, visit: Visit, { recordingId, durationSeconds, transcript }: Recording): Promise<void> {
  const { ownerId, ktagId, fromPhone } = visit
  const awaitsTranscript = transcript === 'pending'
  const message = await leaveVoicemail(unit, {
    ownerId,
    ktagId,
    fromPhone,
    recordingId,
    durationSeconds,
    awaitsTranscript,
  })
  const noticeDueAt = secondsAfter(unit.now, RULES.settlesAfter)
  if (message) await store.update(unit, recordingId, { message_id: message.id, notice_due_at: noticeDueAt })
}

async function expectedTranscript(unit: Unit, visit: Visit, seconds: number): Promise<'pending' | 'absent'> {
  if (visit.purpose === 'greeting' || !canBeWrittenDown(seconds)) return 'absent'
  const owner = await userById(unit, visit.ownerId)
  return owner && limitsOf(owner).hasTranscripts ? 'pending' : 'absent'
}

function heardAs({ state, purpose, durationSeconds }: Recording): Heard {
  if (durationSeconds < RULES.shortestSeconds) return 'too_short'
  if (state === 'discarded') return 'gone'
  return purpose
}

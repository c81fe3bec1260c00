import { attachAudio } from '#domain/inbox'
import { add, type MediaFile, purgeLater } from '#domain/media'
import type { Unit, View } from '#kit/unit'
import { deleteWhenDone } from './deletions.ts'
import * as due from './due-store.ts'
import { takeUp } from './greetings.ts'
import { type Recording, RULES } from './model.ts'
import { notifyIfDue } from './notices.ts'
import { discard } from './recordings.ts'
import * as store from './store.ts'

/** Recordings whose sound is to be fetched now. */
export async function soundsDue(view: View): Promise<readonly string[]> {
  return due.sounds(view)
}

/** Whether the sound of a recording is still to be fetched. */
export async function isSoundWanted(view: View, recordingId: string): Promise<boolean> {
  return (await store.find(view, recordingId))?.state === 'wanted'
}

/** Where the sound of a recording is kept: fetched twice, it is written to the same place. */
export function soundKey(recordingId: string): string {
  return `voicemail/${recordingId}`
}

/**
 * The sound of a recording is in the blob store: put it on file and give it to its message, or make it its owner's
 * greeting; the carrier's copy is not needed any more. When nobody wants it by now, the bytes go as well.
 */
export async function storeSound(
  unit: Unit,
  recordingId: string,
  sound: Pick<MediaFile, 'contentType' | 'sizeBytes'>,
): Promise<void> {
  const recording = await store.lock(unit, recordingId)
  if (!recording || recording.state === 'stored') return
  const { ownerId, durationSeconds } = recording
  const file = await add(unit, {
    ownerId,
    kind: 'audio',
    ...sound,
    durationSeconds,
    width: null,
    height: null,
    blobKey: soundKey(recordingId),
  })
  if (recording.state !== 'wanted' || !(await isTaken(unit, recording, file.id))) {
    await purgeLater(unit, file.id, unit.now)
    return discard(unit, recording)
  }
  const stored = await store.update(unit, recordingId, { state: 'stored', file_id: file.id })
  if (stored.purpose === 'greeting') await takeUp(unit, stored.ownerId, file.id)
  await deleteWhenDone(unit, stored)
  await notifyIfDue(unit, stored)
}

/**
 * The sound could not be fetched: try again later, after pauses that grow. In the end no more; then the carrier's copy
 * is deleted all the same, and the message stays without sound.
 */
export async function postponeSound(unit: Unit, recordingId: string): Promise<void> {
  if ((await due.postponeSound(unit, recordingId)) < RULES.soundTries) return
  await deleteWhenDone(unit, await store.update(unit, recordingId, { state: 'discarded' }))
}

/** Give a sound to whom it is for; false when their message is gone. */
async function isTaken(unit: Unit, { purpose, ownerId, messageId }: Recording, fileId: string): Promise<boolean> {
  if (purpose === 'greeting') return true
  return messageId !== null && attachAudio(unit, ownerId, messageId, fileId)
}

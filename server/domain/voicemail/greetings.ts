import { type User, updateProfile, byId as userById } from '#domain/accounts'
import { find as filesById, keep, type MediaFile, purgeLater } from '#domain/media'
import type { Ktag } from '#domain/tags'
import { secondsAfter } from '#kit/clock'
import type { Unit } from '#kit/unit'
import { GreetingNotPlayable } from './faults.ts'
import { RULES } from './model.ts'
import { discard, lockOwn, wantSound } from './recordings.ts'
import * as store from './store.ts'
import * as visits from './visit-store.ts'

/** What a phone plays. Source: twilio.com/docs/voice/twiml/play, "Supported audio file types". */
const PLAYABLE = new Set(
  ['mpeg', 'wav', 'wave', 'x-wav', 'aiff', 'x-aifc', 'x-aiff', 'x-gsm', 'gsm', 'ulaw'].map((name) => `audio/${name}`),
)

/** An owner is in their own mailbox: what they speak after the tone on this call may become their greeting. */
export async function enterOwnMailbox(
  unit: Unit,
  caller: { readonly carrierCallId: string; readonly phone: string | null },
  ktag: Ktag,
): Promise<void> {
  await visits.note(unit, {
    carrierCallId: caller.carrierCallId,
    purpose: 'greeting',
    fromPhone: caller.phone,
    ktagId: ktag.id,
    ownerId: ktag.ownerId,
  })
}

/** Whether somebody on the line is in their own mailbox. */
export async function isInOwnMailbox(unit: Unit, carrierCallId: string): Promise<boolean> {
  return (await visits.find(unit, carrierCallId))?.purpose === 'greeting'
}

/** The owner keeps what they have recorded: it is what callers hear, as soon as its sound is here. The last one counts. */
export async function keepGreeting(unit: Unit, carrierCallId: string, recordingId: string): Promise<boolean> {
  const recording = await lockOwn(unit, carrierCallId, recordingId)
  if (recording?.purpose !== 'greeting') return false
  if (recording.state !== 'offered') return recording.isSettled
  await dropUnderWay(unit, recording.ownerId, recordingId)
  wantSound(unit, await store.update(unit, recordingId, { state: 'wanted', is_settled: true }))
  return true
}

/** The owner on the line wants the standard greeting. */
export async function useStandardGreeting(unit: Unit, carrierCallId: string): Promise<void> {
  const visit = await visits.find(unit, carrierCallId)
  const owner = visit?.purpose === 'greeting' ? await userById(unit, visit.ownerId) : null
  if (!owner) return
  await changeGreeting(unit, owner, null)
  if (owner.settings.voicemailGreetingFileId === null) return
  await updateProfile(unit, owner, { settings: { voicemailGreetingFileId: null } })
}

/**
 * Make ready for another greeting, a sound of the owner's own or none: what they have recorded and not got yet does not
 * come any more, and the present one is let go. The setting itself is changed with the profile.
 * Throws `GreetingNotPlayable`.
 */
export async function changeGreeting(unit: Unit, owner: User, fileId: string | null): Promise<void> {
  if (fileId !== null) assertPlayable((await filesById(unit, owner.id, [fileId])).get(fileId))
  await dropUnderWay(unit, owner.id, null)
  await letGo(unit, owner.id, fileId)
  if (fileId !== null && !(await keep(unit, fileId))) assertPlayable(undefined)
}

/** A recorded greeting is on file: callers hear it from now on. */
export async function takeUp(unit: Unit, ownerId: string, fileId: string): Promise<void> {
  await letGo(unit, ownerId, fileId)
  const owner = await userById(unit, ownerId)
  if (owner) await updateProfile(unit, owner, { settings: { voicemailGreetingFileId: fileId } })
}

/** A greeting that nobody has kept is nothing. */
export async function withdrawOffer(unit: Unit, recordingId: string): Promise<void> {
  const recording = await store.lock(unit, recordingId)
  if (recording?.state === 'offered') await discard(unit, recording)
}

async function dropUnderWay(unit: Unit, ownerId: string, exceptId: string | null): Promise<void> {
  for (const recording of await store.lockGreetingsUnderWay(unit, ownerId)) {
    if (recording.recordingId !== exceptId) await discard(unit, recording)
  }
}

/** The present greeting is to be removed, if it was recorded here; should it be taken up again in time, it stays. */
async function letGo(unit: Unit, ownerId: string, nextId: string | null): Promise<void> {
  const fileId = (await userById(unit, ownerId))?.settings.voicemailGreetingFileId ?? null
  if (fileId === null || fileId === nextId || !(await store.isRecorded(unit, fileId))) return
  await purgeLater(unit, fileId, secondsAfter(unit.now, RULES.fileLives))
}

function assertPlayable(file: MediaFile | undefined): void {
  if (file?.kind === 'audio' && PLAYABLE.has(file.contentType)) return
  const field = 'settings.voicemail_greeting_file_id'
  throw GreetingNotPlayable({ fields: { [field]: 'Send a sound of your own that can be played on the phone.' } })
}

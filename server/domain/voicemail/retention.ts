import { byId as userById } from '#domain/accounts'
import { limitsOf, type Plan } from '#domain/billing'
import { isHeld, removeVoicemailsPast, wipe } from '#domain/inbox'
import * as media from '#domain/media'
import { secondsAfter } from '#kit/clock'
import { forEachApart } from '#kit/each'
import type { Database, Unit } from '#kit/unit'
import { deleteWhenDone } from './deletions.ts'
import * as due from './due-store.ts'
import { withdrawOffer } from './greetings.ts'
import { RULES } from './model.ts'
import * as rings from './ring-store.ts'
import * as store from './store.ts'
import * as visits from './visit-store.ts'

const CHUNK = 100
const DAY = 86_400

/** Remove voicemail that is older than its owner's plan keeps it, as if they had deleted it. Run twice at once, it is removed once. */
export async function removeOld(database: Database): Promise<void> {
  const keptDays = (plan: Plan) => limitsOf({ plan, limits: {} }).voicemailRetentionDays
  const days = { free: keptDays('free'), plus: keptDays('plus') }
  let removed: number
  do removed = await database.write((unit) => removeVoicemailsPast(unit, days, CHUNK))
  while (removed === CHUNK)
}

/**
 * A message has been deleted: its sound goes a day later, what the carrier still has of it now, and nobody is told of it
 * any more.
 */
export async function messageDeleted(unit: Unit, messageId: string): Promise<void> {
  const recording = await store.lockOfMessage(unit, messageId)
  if (!recording || recording.state === 'discarded') return
  const { recordingId, fileId, state, transcript } = recording
  if (fileId !== null) await media.purgeLater(unit, fileId, secondsAfter(unit.now, RULES.fileLives))
  const changed = await store.update(unit, recordingId, {
    state: state === 'stored' ? 'stored' : 'discarded',
    transcript: transcript === 'pending' ? 'absent' : transcript,
    notice_due_at: null,
  })
  await deleteWhenDone(unit, changed)
}

/**
 * Remove files whose time is up, bytes first, unless they are somebody's greeting or belong to a message by then. Run
 * twice at once, or cut off between any two steps, nothing is left and nothing is missed.
 */
export async function purgeFiles(database: Database, blobs: media.Blobs): Promise<void> {
  let files: readonly media.MediaFile[]
  do {
    files = await database.read((view) => media.purgeable(view, CHUNK))
    await forEachApart(files, (file) => purge(database, blobs, file))
  } while (files.length === CHUNK)
}

/** Drop greetings that nobody has kept, and forget what the carrier has nothing more to tell of. */
export async function tidy(database: Database): Promise<void> {
  const offers = await database.read((view) => due.offers(view, secondsAfter(view.now, -RULES.offerLives)))
  await forEachApart(offers, (recordingId) => database.write((unit) => withdrawOffer(unit, recordingId)))
  await database.write(async (unit) => {
    await visits.forget(unit, secondsAfter(unit.now, -7 * DAY))
    await store.forgetDiscarded(unit, secondsAfter(unit.now, -30 * DAY))
    await rings.forget(unit, secondsAfter(unit.now, -2 * DAY))
  })
}

async function purge(database: Database, blobs: media.Blobs, file: media.MediaFile): Promise<void> {
  const isGone = await database.write(async (unit) => {
    const found = await media.lockPurgeable(unit, file.id)
    if (!found) return false
    if (!found.isHidden && (await isNeeded(unit, file))) {
      await media.keep(unit, file.id)
      return false
    }
    // From here on nobody gets it, so that nobody comes upon a file without bytes.
    await media.hide(unit, file.id)
    await wipe(unit, file.id)
    return true
  })
  if (isGone) await media.erase(database, blobs, file)
}

async function isNeeded(unit: Unit, file: media.MediaFile): Promise<boolean> {
  const owner = await userById(unit, file.ownerId)
  return owner?.settings.voicemailGreetingFileId === file.id || isHeld(unit, file.id)
}

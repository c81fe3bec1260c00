import { erase } from '#domain/accounts'
import type { Blobs } from '#domain/media'
import * as mms from '#domain/mms'
import { purgeFiles } from '#domain/voicemail'
import { secondsAfter } from '#kit/clock'
import { forEachApart } from '#kit/each'
import type { Database, Unit, View } from '#kit/unit'
import { mobileOf } from './departures.ts'
import { KEEPERS } from './keepers.ts'
import type { Gone } from './model.ts'
import * as store from './store.ts'

/** Rows that go in one unit, which must stay short. */
const CHUNK = 500
const AT_ONCE = 20
/** Requests that were under way when somebody left are over by then; so are sounds that were being fetched. */
const SETTLES_SECONDS = 60

/**
 * Delete what is left of those who have left. Each unit takes a chunk and finds what the ones before left over, so a
 * process may die anywhere, and two may do this at once; a departure is done when its account's row is gone.
 */
export async function purge(database: Database, blobs: Blobs): Promise<void> {
  const all = await database.read(async (view) => {
    const departures = await store.listPurging(view, AT_ONCE)
    return departures.map((one) => ({ ...one, mobile: mobileOf(view, one) }))
  })
  if (all.length === 0) return
  // What cannot go for one of them, or now, keeps nothing else.
  const steps = [
    () => forEachApart(all, (gone) => purgeRows(database, blobs, gone)),
    () => purgeFiles(database, blobs),
    () => forEachApart(all, (gone) => database.write((unit) => finish(unit, gone))),
  ]
  await forEachApart(steps, (step) => step())
}

async function purgeRows(database: Database, blobs: Blobs, gone: Gone): Promise<void> {
  await purgeMedia(database, blobs, gone)
  for (const { purge: purgeSome } of KEEPERS) {
    if (!purgeSome) continue
    let went: number
    do went = await database.write((unit) => purgeSome(unit, gone, CHUNK))
    while (went >= CHUNK)
  }
}

/** What came with texts from their phone: bytes first, as everywhere. */
async function purgeMedia(database: Database, blobs: Blobs, { mobile, leftAt }: Gone): Promise<void> {
  if (mobile === null) return
  for (;;) {
    const { ids, blobKeys } = await database.write((unit) => mms.release(unit, mobile, leftAt))
    if (ids.length === 0) return
    for (const key of blobKeys) await blobs.remove(key)
    await database.write((unit) => mms.forget(unit, ids))
  }
}

/** The row goes when nothing of weight refers to it; until then the next round finds the departure again. */
async function finish(unit: Unit, { userId, leftAt }: Gone): Promise<void> {
  if (leftAt > secondsAfter(unit.now, -SETTLES_SECONDS)) return
  if (!(await store.lockPurging(unit, userId)) || (await isAnythingLeft(unit, userId))) return
  await erase(unit, userId)
  await store.finish(unit, userId)
}

async function isAnythingLeft(view: View, userId: string): Promise<boolean> {
  for (const { isLeft } of KEEPERS) if (await isLeft?.(view, userId)) return true
  return false
}

import type { Database, Unit, View } from '#kit/unit'
import type { Blobs, MediaFile } from './model.ts'
import * as store from './store.ts'
import { isUsed } from './uses-store.ts'

/**
 * Have a file removed at a moment, or sooner when that was wanted before. Whether it is needed after all is asked again
 * then, by those who know what files are for.
 */
export async function purgeLater(unit: Unit, id: string, at: Date): Promise<void> {
  await store.setPurge(unit, id, at)
}

/** Have a file stay; false when it is gone. */
export async function keep(unit: Unit, id: string): Promise<boolean> {
  return store.clearPurge(unit, id)
}

/** Files whose time is up, so many at most. */
export async function purgeable(view: View, limit: number): Promise<readonly MediaFile[]> {
  return store.listPurgeable(view, limit)
}

/**
 * Lock a file whose time is up; null when it stays after all, or is gone. One that is hidden has been decided over; one
 * that something uses is kept.
 */
export async function lockPurgeable(unit: Unit, id: string): Promise<{ readonly isHidden: boolean } | null> {
  const found = await store.lockPurgeable(unit, id)
  if (!found || found.isHidden || !(await isUsed(unit, id))) return found
  await keep(unit, id)
  return null
}

/** Remove the bytes of a hidden file, unless another file stands on them, and then the file. */
export async function erase(database: Database, blobs: Blobs, { id, blobKey }: MediaFile): Promise<void> {
  if (!(await database.read((view) => store.hasBlob(view, blobKey, id)))) await blobs.remove(blobKey)
  await database.write((unit) => store.remove(unit, id))
}

/** Remove an upload that nothing has come to use; one that is in use stays. */
export async function discard(database: Database, blobs: Blobs, file: MediaFile): Promise<void> {
  const isHidden = await database.write((unit) => store.hideUnused(unit, file.id))
  if (isHidden) await erase(database, blobs, file)
}

/** Nobody gets a file from here on: its bytes are about to go. */
export async function hide(unit: Unit, id: string): Promise<void> {
  await store.hide(unit, id)
}

/** Everything of a person is out of sight at once; the bytes go with the next round of purging. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await store.hideAll(unit, userId)
}

/** Whether files of a person are left. */
export async function isLeft(view: View, userId: string): Promise<boolean> {
  return store.hasAny(view, userId)
}

import type { User } from '#domain/accounts'
import { KtagNotFound, get as tagFor } from '#domain/tags'
import { Fault } from '#kit/fault'
import type { Unit, View } from '#kit/unit'
import { FileNotFound } from './faults.ts'
import type { MediaFile, Use } from './model.ts'
import { keep, purgeLater } from './purging.ts'
import * as store from './store.ts'
import * as uses from './uses-store.ts'

/** What a file is used for, and by what. */
export interface FileUse {
  readonly use: Use
  readonly subjectId: string
  /** Whoever may see this tag may have the file; null when only its owner may. */
  readonly ktagId: string | null
}

/**
 * A file is used from here on, in place of the one that was used for the same before, which goes. Throws `FileNotFound`
 * when it is gone by now.
 */
export async function attach(unit: Unit, fileId: string, { use, subjectId, ktagId }: FileUse): Promise<void> {
  if (!(await keep(unit, fileId))) throw FileNotFound()
  const before = await uses.put(unit, { use, subject_id: subjectId, file_id: fileId, ktag_id: ktagId })
  if (before !== null && before !== fileId) await letGo(unit, before)
}

/** A file is not used for this any more; one that is used for nothing else goes. Without one nothing happens. */
export async function release(unit: Unit, use: Use, subjectId: string): Promise<void> {
  const fileId = await uses.remove(unit, use, subjectId)
  if (fileId !== null) await letGo(unit, fileId)
}

/** The files that these subjects use for something, by the subjects' ids; those of suspended people are not there. */
export async function usedBy(
  view: View,
  use: Use,
  subjectIds: readonly string[],
): Promise<ReadonlyMap<string, MediaFile>> {
  const rows = await uses.listBySubjects(view, use, subjectIds)
  const files = new Map(
    (
      await store.listAny(
        view,
        rows.map((row) => row.file_id),
      )
    ).map((file) => [file.id, file]),
  )
  return new Map(
    rows.flatMap((row) => {
      const file = files.get(row.file_id)
      return file ? [[row.subject_id, file] as const] : []
    }),
  )
}

/**
 * A file for whoever may have it: its owner, what they were sent included, and whoever may see a tag on which it is
 * shown. Throws `FileNotFound`.
 */
export async function playable(view: View, viewer: User, id: string): Promise<MediaFile> {
  const own = await store.find(view, viewer.id, id)
  if (own) return own
  const shown = await store.listAny(view, [id])
  for (const ktagId of shown.length > 0 ? await uses.ktagsOf(view, id) : []) {
    if (shown[0] && (await isTagThere(view, viewer, ktagId))) return shown[0]
  }
  throw FileNotFound()
}

async function isTagThere(view: View, viewer: User, ktagId: string): Promise<boolean> {
  try {
    await tagFor(view, viewer, ktagId)
    return true
  } catch (error) {
    if (error instanceof Fault && error.type === KtagNotFound) return false
    throw error
  }
}

async function letGo(unit: Unit, fileId: string): Promise<void> {
  if (!(await uses.isUsed(unit, fileId))) await purgeLater(unit, fileId, unit.now)
}

import type { Unit, View } from '#kit/unit'
import type { MediaFile } from './model.ts'
import * as store from './store.ts'

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

/** Lock a file whose time is up; false when it stays after all, or is gone. */
export async function lockPurgeable(unit: Unit, id: string): Promise<boolean> {
  return store.lockPurgeable(unit, id)
}

/** Nobody gets a file from here on: its bytes are about to go. */
export async function hide(unit: Unit, id: string): Promise<void> {
  await store.hide(unit, id)
}

/** Forget a file whose bytes are gone. */
export async function remove(unit: Unit, id: string): Promise<void> {
  await store.remove(unit, id)
}

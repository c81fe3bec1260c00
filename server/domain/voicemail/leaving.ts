import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import * as store from './leaving-store.ts'

/** A sound that was being fetched when its owner left has been dropped by then. */
const FETCHED_SECONDS = 60

/**
 * Nothing of a person's voicemail is fetched, written down or told of any more, and the carrier's copies are deleted: the
 * person is leaving. Who speaks to them just now speaks to nobody.
 */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await store.endAll(unit, userId)
}

/**
 * Forget so many recordings of somebody who has left, those that the carrier has nothing more of; gives how many. What is
 * left of them says which bytes are nobody's, so it stays as long as some may still come.
 */
export async function purge(
  unit: Unit,
  { userId, leftAt }: { readonly userId: string; readonly leftAt: Date },
  most: number,
): Promise<number> {
  return leftAt > secondsAfter(unit.now, -FETCHED_SECONDS) ? 0 : store.purge(unit, userId, most)
}

/** Whether recordings of a person are left. */
export async function isLeft(view: View, userId: string): Promise<boolean> {
  return store.hasAny(view, userId)
}

/** A person's recordings, for their export; the messages and the sounds are the inbox's and the media's. */
export async function portable(view: View, userId: string): Promise<unknown> {
  return store.listPortable(view, userId)
}

import type { Unit } from '#kit/unit'
import * as followStore from './follow-store.ts'
import type { Ktag } from './model.ts'
import * as store from './store.ts'

/** Somebody who wants their phone to ring when a tag that they follow calls. */
export interface Ringable {
  readonly id: string
  readonly name: string
  /** E.164, verified. */
  readonly mobile: string
}

/**
 * Those whom a tag's owner may ring by calling it, whoever waited longest for it first: where they do not all fit on a
 * call, everybody has their turn.
 */
export async function followersToRing(unit: Unit, ktag: Ktag): Promise<readonly Ringable[]> {
  return followStore.listToRing(unit, ktag.id, ktag.ownerId)
}

/** These have been chosen to be rung now; the others come first the next time. */
export async function noteRung(unit: Unit, ktag: Ktag, followerIds: readonly string[]): Promise<void> {
  await followStore.noteRung(unit, ktag.id, followerIds)
}

/** Keep a tag from being deleted until the unit is over: something is about to stand on it. False when it is gone. */
export async function keep(unit: Unit, ktag: Pick<Ktag, 'id'>): Promise<boolean> {
  return store.hold(unit, ktag.id)
}

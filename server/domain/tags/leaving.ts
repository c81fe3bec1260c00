import type { Unit, View } from '#kit/unit'
import { FollowersChanged } from './events.ts'
import * as followStore from './follow-store.ts'
import { drop } from './ktags.ts'
import * as store from './store.ts'

/**
 * Delete all tags of a person who is leaving, the primary one too, and let go of those that they follow. Whoever follows
 * or owns one of them is told; the names rest as they do after any deletion.
 */
export async function forget(unit: Unit, userId: string): Promise<void> {
  for (const id of await store.idsOf(unit, userId)) {
    const tag = await store.lockToDelete(unit, id)
    if (tag) await drop(unit, tag)
  }
  for (const { id, ownerId, followerCount } of await followStore.removeAll(unit, userId)) {
    const facts = { ktag_id: id, follower_id: userId, change: 'removed' as const, follower_count: followerCount }
    unit.emit(FollowersChanged, facts, [`user:${ownerId}`])
  }
}

/** A person's tags, and those that they follow, for their export. */
export async function portable(view: View, userId: string): Promise<unknown> {
  return { own: await store.listPortable(view, userId), follows: await followStore.listPortable(view, userId) }
}

import type { User } from '#domain/accounts'
import type { Unit, View } from '#kit/unit'
import { announceParticipant } from './announce.ts'
import { CallInProgress } from './faults.ts'
import * as leaving from './leaving-store.ts'
import { hangUp } from './participants.ts'
import * as participantStore from './participants-store.ts'
import { settle } from './settle.ts'
import * as store from './store.ts'

/**
 * Whoever is leaving is on no call, and is not rung for any more: legs that are under way to them end as if they had
 * declined. Throws `CallInProgress` for a host, and for somebody who has joined.
 */
export async function forget(unit: Unit, user: User): Promise<void> {
  if ((await participantStore.isOccupied(unit, user.id)) || (await store.isHosting(unit, user.id))) {
    throw CallInProgress()
  }
  for (const { id, callId } of await leaving.legsTo(unit, user.id)) {
    const call = await store.lockCall(unit, callId)
    const moved = call && (await participantStore.advance(unit, id, 'declined', { reason: 'left' }))
    if (!call || !moved) continue
    await announceParticipant(unit, moved)
    hangUp(unit, moved)
    await settle(unit, call, moved)
  }
}

/**
 * Forget so many calls of somebody who has left; gives how many. A call that they hosted goes with everything about it,
 * unless another account was on it: then it stays, without a host, a title, a name or a number, so that those who were
 * there still have been. On calls of others they stay as what the host knew them by; without that, as nobody.
 */
export async function purge(unit: Unit, userId: string, most: number): Promise<number> {
  return (await leaving.purgeHosted(unit, userId, most)) + (await leaving.blankGuest(unit, userId, most))
}

/** The calls that a person hosted or was on, for their export. */
export async function portable(view: View, userId: string): Promise<unknown> {
  return { hosted: await leaving.listHosted(view, userId), joined: await leaving.listJoined(view, userId) }
}

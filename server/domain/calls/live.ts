import { type User, byId as userById } from '#domain/accounts'
import { type Ktag, primaryOf } from '#domain/tags'
import type { View } from '#kit/unit'
import type { Call } from './model.ts'
import * as participantStore from './participants-store.ts'
import * as store from './store.ts'

/** A call that others may join, in brief. */
export interface LiveCall {
  readonly call: Call
  readonly host: User
  readonly hostKtag: Ktag | null
  /** How many are on it now. */
  readonly joined: number
}

/**
 * The call that a tag's owner has opened to those who follow them: it is shown at the owner's primary tag, and at the
 * tag that it is on. Null when there is none.
 */
export async function liveOn(view: View, ktag: Ktag): Promise<LiveCall | null> {
  const call = await store.findHosted(view, ktag.ownerId)
  if (call?.privacy !== 'open' || !(ktag.isPrimary || call.ktagId === ktag.id)) return null
  const host = await userById(view, ktag.ownerId)
  if (!host) return null
  const participants = await participantStore.listParticipants(view, call.id)
  const joined = participants.filter(({ status }) => status === 'joined').length
  return { call, host, hostKtag: await primaryOf(view, host.id), joined }
}

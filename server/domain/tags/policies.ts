import { type User, byId as userById } from '#domain/accounts'
import type { View } from '#kit/unit'
import * as followStore from './follow-store.ts'
import type { Ktag } from './model.ts'

/**
 * Whether somebody who calls a tag may have its owner's phone rung. `caller` is null for a caller who has no account.
 * The answer does not say why: a person whom the owner has blocked hears the same as under the policy `nobody`.
 * Whether the caller may know of the tag at all is for whoever looked it up.
 */
export async function mayCall(view: View, caller: User | null, ktag: Ktag): Promise<boolean> {
  const owner = await userById(view, ktag.ownerId)
  if (!owner || owner.suspendedAt || !owner.settings.ringForTags) return false
  // Nobody's phone is rung by themself.
  if (caller && (caller.id === owner.id || owner.settings.blocked.includes(caller.id))) return false
  if (ktag.callPolicy !== 'followers') return ktag.callPolicy === 'anyone'
  return caller !== null && (await followStore.find(view, ktag.id, caller.id)) !== null
}

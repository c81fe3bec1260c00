import { type User, byId as userById } from '#domain/accounts'
import { getPublic, KtagNotFound, type SeenKtag } from '#domain/tags'
import type { Unit, View } from '#kit/unit'
import * as store from './store.ts'

/** What everybody may see of a public tag and of whose it is. */
export interface Profile {
  readonly seen: SeenKtag
  readonly owner: User
  /** How often it was looked at by others; null to all but its owner. */
  readonly views: number | null
}

/**
 * The profile of a public tag by its name, in lower case and without its `*`, as somebody sees it, null for somebody
 * without an account. Throws `KtagNotFound`, also for a private tag, whoever asks, and while its owner is suspended.
 */
export async function get(view: View, viewer: User | null, name: string): Promise<Profile> {
  const seen = await getPublic(view, viewer, name)
  const owner = await userById(view, seen.ktag.ownerId)
  if (!owner) throw KtagNotFound()
  return { seen, owner, views: seen.isOwner ? await store.views(view, seen.ktag.id) : null }
}

/** Profiles were looked at by others than their owners, so often by the id of their tag. */
export async function countViews(unit: Unit, views: ReadonlyMap<string, number>): Promise<void> {
  await store.addViews(unit, views)
}

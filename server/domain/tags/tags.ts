import type { Unit, View } from '#kit/unit'
import type { Ktag } from './model.ts'
import * as store from './store.ts'

const MAX_NAME = 20
const ATTEMPTS = 50

/** The tag that everyone has: named like the username, with a number behind it when that name is taken. */
export async function createPrimary(
  unit: Unit,
  owner: { readonly id: string; readonly username: string },
): Promise<Ktag> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const suffix = attempt === 1 ? '' : String(attempt)
    const name = owner.username.slice(0, MAX_NAME - suffix.length) + suffix
    const tag = await store.insertPrimary(unit, owner.id, name)
    if (tag) return tag
  }
  throw new Error(`No free tag name like ${owner.username} after ${ATTEMPTS} attempts.`)
}

/** The tag under which a person is known. */
export async function primaryOf(view: View, ownerId: string): Promise<Ktag | null> {
  return store.findPrimary(view, ownerId)
}

/** The tag with this id; tags are public. */
export async function byId(view: View, id: string): Promise<Ktag | null> {
  return store.findById(view, id)
}

/** The tag of this name, without the `*`, in any case. */
export async function byName(view: View, name: string): Promise<Ktag | null> {
  return store.findByName(view, name)
}

/** Several tags at once, by id. */
export async function byIds(view: View, ids: readonly string[]): Promise<ReadonlyMap<string, Ktag>> {
  return new Map((await store.listByIds(view, ids)).map((tag) => [tag.id, tag]))
}

/** The primary tags of several people, by the people's ids. */
export async function primariesOf(view: View, ownerIds: readonly string[]): Promise<ReadonlyMap<string, Ktag>> {
  return new Map((await store.listPrimaries(view, ownerIds)).map((tag) => [tag.ownerId, tag]))
}

/** Tags that these keypad digits may mean: the extension, or the name as it is spelled; a few at most. */
export async function bySpelling(view: View, digits: string): Promise<readonly Ktag[]> {
  return store.listByDigits(view, digits)
}

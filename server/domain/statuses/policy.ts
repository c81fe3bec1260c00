import { type User, byId as userById } from '#domain/accounts'
import * as tags from '#domain/tags'
import type { Unit, View } from '#kit/unit'
import { PostingNotAllowed } from './faults.ts'

/**
 * The tag that somebody posts on, their primary one when none is named; it is not deleted before the unit is over.
 * Throws `KtagNotFound`, `NotKtagOwner`, `PostingNotAllowed`.
 */
export async function tagToPostOn(unit: Unit, author: User, ktagId: string | undefined): Promise<tags.Ktag> {
  const ktag = ktagId === undefined ? await primaryOf(unit, author) : await chosen(unit, author, ktagId)
  if (!(await tags.keep(unit, ktag))) throw tags.KtagNotFound()
  return ktag
}

async function primaryOf(view: View, author: User): Promise<tags.Ktag> {
  const primary = await tags.primaryOf(view, author.id)
  if (!primary) throw tags.KtagNotFound()
  return primary
}

/** A person whom the owner has blocked hears the same as one who does not follow. */
async function chosen(view: View, author: User, ktagId: string): Promise<tags.Ktag> {
  const { ktag, isOwner, follow } = await tags.get(view, author, ktagId)
  if (isOwner) return ktag
  if (ktag.postPolicy === 'owner') throw tags.NotKtagOwner()
  const owner = await userById(view, ktag.ownerId)
  if (follow === null || !owner || owner.settings.blocked.includes(author.id)) throw PostingNotAllowed()
  return ktag
}

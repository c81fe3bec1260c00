import type { User } from '#domain/accounts'
import * as contacts from '#domain/contacts'
import * as groups from '#domain/groups'
import * as tags from '#domain/tags'
import { Fault } from '#kit/fault'
import type { View } from '#kit/unit'
import { AmbiguousTarget, TargetNotFound } from './faults.ts'
import type { Target } from './slots.ts'

/** So many who are called the same are named; more would be no choice. */
const CHOICES = 3

/**
 * The one contact that a word names: by nickname, by whole name, by the beginning of a name; or by number. Nothing is
 * guessed. Throws `AmbiguousTarget` with the choices, `TargetNotFound`.
 */
export async function contactOf(view: View, owner: User, target: Target): Promise<contacts.Contact> {
  if (target.kind === 'phone') {
    const known = await contacts.nameOf(view, owner.id, target.phone)
    if (!known) throw TargetNotFound({ message: `${target.phone} is not in your contacts.` })
    return known
  }
  const found = await contacts.named(view, owner, target.kind === 'contact' ? target.name : '')
  const [only] = found
  if (!only) throw TargetNotFound({ message: `You have no contact @${'name' in target ? target.name : ''}.` })
  if (found.length > 1) throw AmbiguousTarget({ message: choices(only.name, found) })
  return only
}

/** The group of this name. Throws `TargetNotFound`. */
export async function groupOf(view: View, owner: User, name: string): Promise<groups.Group> {
  const group = await groups.named(view, owner, name)
  if (!group) throw TargetNotFound({ message: `You have no group #${name}.` })
  return group
}

/** The tag of this name as somebody sees it. Throws `KtagNotFound`. */
export async function tagOf(view: View, viewer: User, name: string): Promise<tags.SeenKtag> {
  return orNoTag(name, tags.getByName(view, viewer, name))
}

/** The tag of this name, which must be somebody's own. Throws `KtagNotFound`, `NotKtagOwner`. */
export async function ownTagOf(view: View, owner: User, name: string): Promise<tags.Ktag> {
  const { ktag, isOwner } = await tagOf(view, owner, name)
  if (!isOwner) throw tags.NotKtagOwner({ message: `*${ktag.name} belongs to somebody else.` })
  return ktag
}

/**
 * Do something with a tag. That it is not there is said in one sentence, whatever found it out: whether there is a
 * private one of that name is nobody's business.
 */
export async function orNoTag<Value>(name: string, work: Promise<Value>): Promise<Value> {
  return work.catch((error: unknown) => {
    if (!(error instanceof Fault) || error.type !== tags.KtagNotFound) throw error
    throw tags.KtagNotFound({ message: `No tag *${name}. Try: find ${name}` })
  })
}

/** `Which Bob? @bob_k (...4567) or @bob_s (...8899)` */
function choices(name: string, found: readonly contacts.Contact[]): string {
  const shown = found.slice(0, CHOICES).map(({ nickname, name: whole, mobile }) => {
    const ending = mobile === null ? '' : ` (...${mobile.slice(-4)})`
    return `@${nickname ?? `"${whole}"`}${ending}`
  })
  return `Which ${name.split(' ')[0]}? ${shown.join(' or ')}`
}

import type { User } from '#domain/accounts'
import * as contacts from '#domain/contacts'
import * as groups from '#domain/groups'
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

/** `Which Bob? @bob_k (...4567) or @bob_s (...8899)` */
function choices(name: string, found: readonly contacts.Contact[]): string {
  const shown = found.slice(0, CHOICES).map(({ nickname, name: whole, mobile }) => {
    const ending = mobile === null ? '' : ` (...${mobile.slice(-4)})`
    return `@${nickname ?? `"${whole}"`}${ending}`
  })
  return `Which ${name.split(' ')[0]}? ${shown.join(' or ')}`
}

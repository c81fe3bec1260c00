import { byVerifiedMobile, type User, byId as userById } from '#domain/accounts'
import { assertReachable } from '#domain/destinations'
import * as tags from '#domain/tags'
import { isOptedOut, SmsOptedOut } from '#domain/texts'
import { Fault } from '#kit/fault'
import type { View } from '#kit/unit'
import { MessagesNotTaken } from './faults.ts'
import type { Addressed, Recipient, Wanted } from './model.ts'

/**
 * Look up to whom somebody writes. On a tag of one's own, and on one that lets its followers post, it will be said to all
 * who follow it; the owner of any other tag is written to. A number that belongs to somebody with an account is texted,
 * and they find it in their inbox too.
 * Throws `KtagNotFound`, `MessagesNotTaken`, `SmsOptedOut` when nobody is left who wants it, `CountryNotSupported`,
 * `NumberNotSupported`.
 */
export async function address(view: View, sender: User, wanted: Wanted): Promise<Addressed> {
  const posts: tags.Ktag[] = []
  const people = new Map<string, Recipient>()
  const phones = new Set<string>()
  let [heard, optedOut] = [0, 0]
  for (const name of new Set(wanted.tags)) {
    const { ktag, isOwner, follow } = await tagNamed(view, sender, name)
    if (isOwner || (ktag.postPolicy === 'followers' && follow)) {
      posts.push(ktag)
      heard += await tags.countTexted(view, ktag, sender.id)
    } else {
      const user = await takerOf(view, sender, ktag)
      if (!user) throw MessagesNotTaken({ message: `*${ktag.name} takes no messages at the moment.` })
      people.set(user.id, { user, ktagId: ktag.id })
    }
  }
  for (const phone of new Set(wanted.phones)) {
    assertReachable(view, phone, 'text')
    const user = await byVerifiedMobile(view, phone)
    // Whoever has blocked somebody looks to them like one who wants no texts.
    if ((user && !reaches(sender, user)) || (await isOptedOut(view, phone))) optedOut++
    else {
      phones.add(phone)
      if (user && user.id !== sender.id && !people.has(user.id)) people.set(user.id, { user, ktagId: null })
    }
  }
  const others = [...people.values()].filter(({ user }) => !phones.has(user.mobile ?? ''))
  if (optedOut > 0 && phones.size === 0 && others.length === 0 && posts.length === 0) {
    throw SmsOptedOut({
      message: optedOut === 1 ? 'They have opted out of our texts.' : 'All have opted out of our texts.',
    })
  }
  const recipients = heard + phones.size + others.length
  return { posts, people: [...people.values()], phones: [...phones], optedOut, recipients }
}

/** Whether what somebody writes reaches another: unless that one has blocked them, or cannot use their account. */
export function reaches(sender: Pick<User, 'id'>, { suspendedAt, settings }: User): boolean {
  return !suspendedAt && !settings.blocked.includes(sender.id)
}

/** The owner of a tag, if they take messages by it of somebody, null for somebody without an account; else null. */
export async function takerOf(view: View, sender: User | null, ktag: tags.Ktag): Promise<User | null> {
  const owner = await userById(view, ktag.ownerId)
  if (!owner || owner.suspendedAt || (sender && !reaches(sender, owner))) return null
  if (ktag.messagePolicy === 'anyone') return owner
  const isFollower = ktag.messagePolicy === 'followers' && sender && (await tags.isFollowing(view, sender, ktag.id))
  return isFollower ? owner : null
}

async function tagNamed(view: View, sender: User, name: string): Promise<tags.SeenKtag> {
  return tags.getByName(view, sender, name).catch((error: unknown) => {
    if (!(error instanceof Fault && error.type === tags.KtagNotFound)) throw error
    throw tags.KtagNotFound({ message: `No tag *${name}. Try: find ${name}` })
  })
}

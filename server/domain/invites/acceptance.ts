import { hold, type User, byId as userById } from '#domain/accounts'
import * as tags from '#domain/tags'
import { queue } from '#domain/texts'
import { fingerprint } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { InviteChanged } from './events.ts'
import { isOpen, provenAddresses } from './invites.ts'
import type { Invite } from './model.ts'
import * as store from './store.ts'
import { signature } from './wording.ts'

/** The id of the open invite that a code stands for; null when it stands for none: whoever comes is welcome anyway. */
export async function openId(view: View, code: string): Promise<string | null> {
  const invite = await store.findByCode(view, fingerprint(code))
  return invite && isOpen(view, invite) ? invite.id : null
}

/**
 * The id of the open invite that waits at an address which somebody new has just proved, for who comes without its code;
 * null when there is none. One to follow a tag waits on: that is theirs to say.
 */
export async function openIdAt(view: View, newcomer: User): Promise<string | null> {
  const [first] = await store.openTo(view, null, provenAddresses(newcomer))
  return first ?? null
}

/**
 * Somebody who was invited has an account now: they follow the tag that the invite names, and the inviter is told. An
 * invite that is over by now, or was used by somebody else a moment ago, changes nothing.
 */
export async function acceptByNewcomer(unit: Unit, newcomer: User, id: string): Promise<void> {
  const accepted = await take(unit, newcomer, id)
  if (accepted?.ktagId != null) await tags.followInvited(unit, newcomer, accepted.ktagId, {})
}

/**
 * Follow a tag as `tags.follow` does; a private one can be followed by whoever has an open invite to it, at an address
 * that is proved to be theirs. The invite is accepted by that. Throws what `tags.follow` throws.
 */
export async function follow(
  unit: Unit,
  follower: User,
  ktagId: string,
  wanted: Partial<tags.FollowFlags>,
): Promise<tags.Followed> {
  let isInvited = false
  for (const id of await store.openTo(unit, ktagId, provenAddresses(follower))) {
    isInvited = (await take(unit, follower, id)) !== null || isInvited
  }
  return isInvited ? tags.followInvited(unit, follower, ktagId, wanted) : tags.follow(unit, follower, ktagId, wanted)
}

/** Use an invite up; null when it cannot be any more. Rows are locked in the one order: person, tag, invite. */
async function take(unit: Unit, guest: User, id: string): Promise<Invite | null> {
  const found = await store.find(unit, id)
  if (!found || found.inviterId === guest.id) return null
  await hold(unit, guest.id)
  const isKept = found.ktagId === null || (await tags.keep(unit, { id: found.ktagId }))
  const invite = await store.lock(unit, id)
  const inviter = await userById(unit, found.inviterId)
  if (!isKept || !invite || !isOpen(unit, invite) || !inviter || inviter.suspendedAt) return null
  const ktag = invite.ktagId === null ? null : await tags.byId(unit, invite.ktagId)
  await store.advance(unit, id, { state: 'accepted', acceptedBy: guest.id })
  unit.emit(InviteChanged, { invite_id: id, inviter_id: inviter.id, change: 'accepted' }, [`user:${inviter.id}`])
  if (inviter.mobile !== null && inviter.mobileVerifiedAt) {
    const what = ktag ? `follows *${ktag.name}` : 'is on Kadoink'
    const body = `${signature(guest)} has accepted your invite and ${what} now.`
    await queue(unit, { phone: inviter.mobile, body, purpose: 'invite accepted' })
  }
  return invite
}

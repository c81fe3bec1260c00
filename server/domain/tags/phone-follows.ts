import { byVerifiedMobile, holdPresent, type User, byId as userById } from '#domain/accounts'
import { maskPhone } from '#domain/phones'
import { queue } from '#domain/texts'
import type { Unit, View } from '#kit/unit'
import { FollowChanged, FollowersChanged, PhoneFollowersChanged } from './events.ts'
import { KtagNotFound } from './faults.ts'
import * as followStore from './follow-store.ts'
import { follow } from './follows.ts'
import type { Ktag, PhoneFollow } from './model.ts'
import * as phones from './phone-follow-store.ts'
import * as store from './store.ts'

/**
 * The holder of a phone, who has just proved that they hold it, wants the texts of a public tag. Somebody with an account
 * follows as themself; anybody else with the phone alone, and is texted once that they do, and how it ends. Whoever
 * follows already goes on following, and an owner's own phone follows nothing: none of that is told apart.
 * Throws `KtagNotFound`, and `PlanLimitReached` for an account that follows as many as it may.
 */
export async function followByPhone(
  unit: Unit,
  ktagId: string,
  phone: string,
  source: PhoneFollow['source'],
): Promise<void> {
  const known = await byVerifiedMobile(unit, phone)
  const user = known && (await holdPresent(unit, known.id)) ? known : null
  const tag = await store.lock(unit, ktagId)
  if (tag?.visibility !== 'public') throw KtagNotFound()
  if (user?.id === tag.ownerId) return
  if (user) {
    await follow(unit, user, ktagId, { texts: true })
    return
  }
  if (!(await phones.insert(unit, ktagId, phone, source))) return
  await announce(unit, tag, 'added')
  const body = `You get the texts of *${tag.name} now. Msg&data rates may apply. Reply STOP to end.`
  await queue(unit, { phone, body, purpose: 'follow' })
}

/** A phone without an account wants no more texts of a tag. False when it did not follow it. */
export async function unfollowByPhone(unit: Unit, ktagId: string, phone: string): Promise<boolean> {
  const tag = await store.lock(unit, ktagId)
  if (!tag || !(await phones.remove(unit, ktagId, phone))) return false
  await announce(unit, tag, 'removed')
  return true
}

/** The tag of this name that a phone follows without an account, whatever has become of it; null when it follows none. */
export async function followedByPhone(view: View, phone: string, name: string): Promise<Ktag | null> {
  const tags = await store.listByIds(view, await phones.tagsOf(view, phone))
  return tags.find((tag) => tag.name === name) ?? null
}

/** A phone wants no texts at all: what it followed without an account is over, and is not taken up by START. */
export async function endPhoneFollows(unit: Unit, phone: string): Promise<void> {
  for (const ktagId of await phones.tagsOf(unit, phone)) await unfollowByPhone(unit, ktagId, phone)
}

/** A number has become an account's: what it followed on its own, its account follows from here on. */
export async function adoptPhoneFollows(unit: Unit, userId: string): Promise<void> {
  if (!(await holdPresent(unit, userId))) return
  const user = await userById(unit, userId)
  if (!user?.mobile || !user.mobileVerifiedAt) return
  for (const ktagId of await phones.tagsOf(unit, user.mobile)) await adopt(unit, user, user.mobile, ktagId)
}

/** A person's account ends: nobody follows their tags by phone any more. */
export async function forgetPhoneFollows(unit: Unit, userId: string): Promise<void> {
  await phones.removeOfOwner(unit, userId)
}

/** Who follows the tags of a person by phone, as that person may know it: numbers are nobody's but their holders'. */
export async function portablePhoneFollows(view: View, userId: string): Promise<readonly Record<string, string>[]> {
  return (await phones.listOfOwner(view, userId)).map(({ ktagId, phone, source, followedAt }) => ({
    ktag_id: ktagId,
    phone: maskPhone(phone),
    source,
    followed_at: followedAt.toISOString(),
  }))
}

async function adopt(unit: Unit, user: User, phone: string, ktagId: string): Promise<void> {
  const tag = await store.lock(unit, ktagId)
  if (!tag || !(await phones.remove(unit, ktagId, phone))) return
  const isFollowing = (await followStore.find(unit, ktagId, user.id)) !== null
  if (tag.ownerId === user.id || isFollowing) return announce(unit, tag, 'removed')
  await followStore.insert(unit, ktagId, user.id, { texts: true, calls: false })
  // They have been told how to stop it, when they began.
  await followStore.noteFirstTexts(unit, ktagId, user.id)
  const facts = { ktag_id: ktagId, follower_id: user.id }
  unit.emit(FollowChanged, { ...facts, change: 'created' }, [`user:${user.id}`])
  const follower_count = (await store.findById(unit, ktagId))?.followerCount ?? 0
  unit.emit(FollowersChanged, { ...facts, change: 'added', follower_count }, [`user:${tag.ownerId}`])
}

/** The tag is locked, so the number that the trigger keeps is the one after this very change. */
async function announce(unit: Unit, { id, ownerId }: Ktag, change: 'added' | 'removed'): Promise<void> {
  const now = await store.findById(unit, id)
  const facts = { ktag_id: id, change, follower_count: now?.followerCount ?? 0 }
  unit.emit(PhoneFollowersChanged, facts, [`user:${ownerId}`])
}

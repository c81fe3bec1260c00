import { hold, type User } from '#domain/accounts'
import { limitsOf, PlanLimitReached } from '#domain/billing'
import { countSince, isOptedOut, queue } from '#domain/texts'
import { secondsAfter } from '#kit/clock'
import type { Page, PageRequest } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import { FollowChanged, FollowersChanged } from './events.ts'
import { KtagNotFound, NotFollowing, OwnKtag } from './faults.ts'
import * as followStore from './follow-store.ts'
import type { Follow, FollowFlags, Ktag } from './model.ts'
import * as phoneFollowStore from './phone-follow-store.ts'
import * as store from './store.ts'

const PURPOSE = 'follow'
const TOLD_PER_HOUR = 20
/** Events are kept for seven days; a day more does no harm. */
const REPLAYED_SECONDS = 8 * 86_400

/** A follow, and whether it has just come to be. */
export interface Followed {
  readonly follow: Follow
  readonly isNew: boolean
}

/**
 * Follow a tag, or follow it otherwise than before; flags that are absent stay as they are, and at first are texts
 * without calls. A private tag cannot be followed anew.
 * Throws `KtagNotFound`, `OwnKtag`, `PlanLimitReached`.
 */
export async function follow(
  unit: Unit,
  follower: User,
  ktagId: string,
  wanted: Partial<FollowFlags>,
): Promise<Followed> {
  return followAs(unit, follower, ktagId, wanted, store.findSeen)
}

/** Follow a tag to which one was invited, as `follow`: a private one can be followed too. */
export async function followInvited(
  unit: Unit,
  follower: User,
  ktagId: string,
  wanted: Partial<FollowFlags>,
): Promise<Followed> {
  return followAs(unit, follower, ktagId, wanted, store.findSeenInvited)
}

async function followAs(
  unit: Unit,
  follower: User,
  ktagId: string,
  wanted: Partial<FollowFlags>,
  find: typeof store.findSeen,
): Promise<Followed> {
  await hold(unit, follower.id)
  const tag = await store.lock(unit, ktagId)
  const seen = tag && (await find(unit, follower.id, ktagId))
  if (!seen) throw KtagNotFound()
  if (seen.isOwner) throw OwnKtag()
  const flags = { ...(seen.follow ?? { texts: true, calls: false }), ...wanted }
  if (seen.follow) await adjust(unit, follower, seen.ktag, seen.follow, flags)
  else await begin(unit, follower, seen.ktag, flags)
  if (flags.texts) await confirm(unit, follower, seen.ktag)
  return { follow: await get(unit, follower, ktagId), isNew: seen.follow === null }
}

/** Stop following a tag. Throws `NotFollowing`. */
export async function unfollow(unit: Unit, follower: User, ktagId: string): Promise<void> {
  const tag = await store.lock(unit, ktagId)
  if (!tag || !(await followStore.remove(unit, ktagId, follower.id))) throw NotFollowing()
  announce(unit, follower, ktagId, 'deleted')
  await announceCount(unit, follower, tag, 'removed')
}

/** A follow. Throws `NotFollowing`. */
export async function get(view: View, follower: Pick<User, 'id'>, ktagId: string): Promise<Follow> {
  const found = await followStore.findFollow(view, ktagId, follower.id)
  if (!found) throw NotFollowing()
  return found
}

/** How many tags somebody follows. */
export async function countFollows(view: View, follower: Pick<User, 'id'>): Promise<number> {
  return followStore.count(view, follower.id)
}

/** Whether somebody follows a tag. */
export async function isFollowing(view: View, follower: Pick<User, 'id'>, ktagId: string): Promise<boolean> {
  return (await followStore.find(view, ktagId, follower.id)) !== null
}

/** Somebody who follows a tag. */
export interface Follower {
  /** Null for somebody who follows by phone and has no account. */
  readonly personId: string | null
  /** E.164, for those. */
  readonly phone: string | null
  readonly followedAt: Date
}

/**
 * Who follows a tag, the last one first, for its owner and, while it is public, for everybody; a private one's followers
 * see each other too. Those who have a phone and no account are there for the owner only. People who are suspended are left out, so that a page may hold fewer than were asked for.
 * Throws `KtagNotFound`.
 */
export async function followers(
  view: View,
  viewer: Pick<User, 'id'>,
  ktagId: string,
  request: PageRequest,
): Promise<Page<Follower>> {
  const seen = await store.findSeen(view, viewer.id, ktagId)
  if (!seen) throw KtagNotFound()
  if (seen.isOwner) return phoneFollowStore.followersWithPhones(view, ktagId, request)
  const { items, hasMore } = await followStore.followersOf(view, ktagId, request)
  return { items: items.map((follower) => ({ ...follower, phone: null })), hasMore }
}

/** The tags that somebody follows, the one followed last first. */
export async function list(view: View, follower: User, request: PageRequest): Promise<Page<Follow>> {
  return followStore.list(view, follower.id, request)
}

/**
 * The ids of the tags of which somebody hears: those that they follow, and those that they followed when they were
 * deleted, for as long as that can still be replayed to them. Of tags of people whom they have blocked they hear nothing.
 */
export async function heardIds(view: View, follower: Pick<User, 'id' | 'settings'>): Promise<readonly string[]> {
  const since = secondsAfter(view.now, -REPLAYED_SECONDS)
  return followStore.heardIds(view, follower.id, since, follower.settings.blocked)
}

/** All who follow a tag are about to lose it. */
export async function lose(unit: Unit, ktag: Ktag): Promise<void> {
  await followStore.noteLoss(unit, ktag.id, secondsAfter(unit.now, -REPLAYED_SECONDS))
}

async function begin(unit: Unit, follower: User, tag: Ktag, flags: FollowFlags): Promise<void> {
  const limit = limitsOf(follower).maxFollows
  if ((await followStore.count(unit, follower.id)) >= limit) {
    throw PlanLimitReached({ message: `Your plan allows you to follow ${limit} tags.` })
  }
  await followStore.insert(unit, tag.id, follower.id, flags)
  announce(unit, follower, tag.id, 'created')
  await announceCount(unit, follower, tag, 'added')
}

async function adjust(unit: Unit, follower: User, tag: Ktag, before: FollowFlags, after: FollowFlags): Promise<void> {
  if (before.texts === after.texts && before.calls === after.calls) return
  await followStore.update(unit, tag.id, follower.id, after)
  announce(unit, follower, tag.id, 'updated')
}

/**
 * The first time that a tag is to text somebody, they are told how to stop that; never again. Whoever follows one tag
 * after the other is not told of each: texts cost.
 */
async function confirm(unit: Unit, follower: User, { id, name }: Ktag): Promise<void> {
  const phone = follower.mobile
  if (phone === null || (await isOptedOut(unit, phone))) return
  const told = await countSince(unit, { phone, purpose: PURPOSE, since: secondsAfter(unit.now, -3600) })
  if (told >= TOLD_PER_HOUR || !(await followStore.noteFirstTexts(unit, id, follower.id))) return
  await queue(unit, { phone, body: `You follow *${name}. Reply MUTE *${name} to stop texts.`, purpose: PURPOSE })
}

function announce(unit: Unit, { id }: User, ktagId: string, change: 'created' | 'updated' | 'deleted'): void {
  unit.emit(FollowChanged, { ktag_id: ktagId, follower_id: id, change }, [`user:${id}`])
}

/** The tag is locked, so the number that the trigger keeps is the one after this very change. */
async function announceCount(unit: Unit, { id }: User, tag: Ktag, change: 'added' | 'removed'): Promise<void> {
  const now = await store.findById(unit, tag.id)
  const facts = { ktag_id: tag.id, follower_id: id, change, follower_count: now?.followerCount ?? 0 }
  unit.emit(FollowersChanged, facts, [`user:${tag.ownerId}`])
}

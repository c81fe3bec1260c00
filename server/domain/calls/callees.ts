import { type User, byId as userById } from '#domain/accounts'
import {
  followersToRing,
  getByName,
  type Ktag,
  KtagNotFound,
  keep as keepTag,
  byId as ktagById,
  mayCall,
  noteRung,
} from '#domain/tags'
import type { Unit } from '#kit/unit'
import { CallNotAllowed, NothingToDial } from './faults.ts'
import { type Participant, RULES } from './model.ts'
import type { Dialable } from './participants.ts'
import * as refusals from './refusals-store.ts'

/** How much room there is on a call: so many more people, of whom these numbers are there already. */
export interface Room {
  readonly seats: number
  readonly present: ReadonlySet<string>
}

/** A follower whom the owner of a tag may ring, if there is room. */
export interface Follower extends Dialable {
  readonly userId: string
  readonly ktag: Ktag
}

/** Whom a callee stands for: these people; and, for an own tag, those who follow it and want to be rung. */
export interface Behind {
  readonly people: readonly Dialable[]
  readonly followers: readonly Follower[]
}

/**
 * Find out whom a tag stands for when this person calls it; `field` is what refusals are about.
 * Throws `KtagNotFound`, `CallNotAllowed`, `NothingToDial`.
 */
export async function behindKtag(unit: Unit, host: User, name: string, field: string): Promise<Behind> {
  const { ktag, isOwner } = await getByName(unit, host, name)
  if (!(await keepTag(unit, ktag))) throw KtagNotFound()
  if (isOwner) return { people: [], followers: await followersOf(unit, host, ktag, field) }
  if (!(await mayCall(unit, host, ktag))) throw CallNotAllowed()
  const owner = await userById(unit, ktag.ownerId)
  if (!owner?.mobile || !owner.mobileVerifiedAt) {
    throw NothingToDial({ fields: { [field]: `Nobody can be reached at *${name}.` } })
  }
  return { people: [{ phone: owner.mobile, name: owner.name, contactId: null, ktagId: ktag.id }], followers: [] }
}

/**
 * Refuse to ring somebody again whom the tag that they were called by does not reach any more: its owner has decided
 * otherwise meanwhile, or the follower has. Throws `CallNotAllowed`.
 */
export async function assertCallable(unit: Unit, host: User, { ktagId, userId }: Participant): Promise<void> {
  const ktag = ktagId === null ? null : await ktagById(unit, ktagId)
  if (!ktag) return
  const isAllowed =
    ktag.ownerId === host.id
      ? (await followersToRing(unit, ktag)).some(({ id }) => id === userId)
      : await mayCall(unit, host, ktag)
  if (!isAllowed) throw CallNotAllowed()
}

/**
 * Choose who of some followers is rung: as many as there is room for, whoever waited longest for it first. Where there
 * is no room at all one is chosen all the same, so that the call is refused for being full.
 */
export async function takeTurns(
  unit: Unit,
  followers: readonly Follower[],
  { seats, present }: Room,
): Promise<readonly Dialable[]> {
  const byPhone = new Map(followers.map((follower) => [follower.phone, follower]))
  const free = [...byPhone.values()].filter(({ phone }) => !present.has(phone))
  const chosen = free.slice(0, Math.max(seats, 1))
  for (const ktag of new Set(chosen.map((one) => one.ktag))) {
    const ids = chosen.filter((one) => one.ktag === ktag).map(({ userId }) => userId)
    await noteRung(unit, ktag, ids)
  }
  return chosen
}

async function followersOf(unit: Unit, host: User, ktag: Ktag, field: string): Promise<readonly Follower[]> {
  const willing = await followersToRing(unit, ktag)
  const phones = willing.map(({ mobile }) => mobile)
  const refused = await refusals.refusedPhones(unit, host.id, phones, RULES.refusalsForDoNotCall)
  const followers = willing.flatMap(({ id, name, mobile }) =>
    refused.has(mobile) ? [] : [{ phone: mobile, name, contactId: null, ktagId: ktag.id, userId: id, ktag }],
  )
  if (followers.length > 0) return followers
  throw NothingToDial({ fields: { [field]: `Nobody who follows *${ktag.name} wants to be rung.` } })
}

import type { User } from '#domain/accounts'
import { limitsOf } from '#domain/billing'
import { isLeftAlone } from '#domain/calls'
import { assertReachable, blockedUntil } from '#domain/destinations'
import { assertWithinBudget } from '#domain/spending'
import * as turns from '#domain/turns'
import { secondsAfter, secondsUntil } from '#kit/clock'
import { RateLimited } from '#kit/fault'
import { newId } from '#kit/id'
import { newDigits } from '#kit/secret'
import type { Unit } from '#kit/unit'
import { CallUnderWay } from './faults.ts'
import { type NewCallback, RULES } from './model.ts'
import * as store from './store.ts'

/**
 * Have a visitor's phone rung when it is its turn; with their 1 they come to the owner of the tag, as if they had dialled
 * it. A phone whose holder wants no calls from this owner, or none at all, is left alone: nobody is told.
 * Throws `CountryNotSupported`, `NumberNotSupported`, `RateLimited`, `Unavailable`, `LinesBusy`, `CallUnderWay`.
 */
export async function ask(unit: Unit, owner: User, wanted: Omit<NewCallback, 'ownerId'>): Promise<void> {
  const { phone } = wanted
  assertReachable(unit, phone, 'mobile')
  const blocked = await blockedUntil(unit, phone)
  if (blocked) throw RateLimited({ retryAfterSeconds: secondsUntil(unit.now, blocked) })
  await assertWithinBudget(unit)
  await turns.assertRoom(unit, 1)
  if (await isLeftAlone(unit, owner.id, phone)) return
  await store.endOverdue(unit, wanted)
  const id = newId()
  const maxSeconds = limitsOf(owner).callMaxMinutes * 60 + RULES.aroundTheCall
  const callback = { ...wanted, id, secret: newDigits(9), ownerId: owner.id, maxSeconds }
  const expiresAt = secondsAfter(unit.now, RULES.waits)
  const givesUpAt = secondsAfter(expiresAt, RULES.slack)
  if (!(await store.insert(unit, callback, givesUpAt))) throw CallUnderWay()
  await turns.queue(unit, [{ owner: owner.id, isUrgent: false, ring: { kind: 'callback', callbackId: id }, expiresAt }])
}

/** A person's account ends: nobody is called on account of their tags any more. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await turns.cancelCallbacks(unit, await store.endOfOwner(unit, userId))
}

/** Forget whom we called a month ago. */
export async function tidy(unit: Unit): Promise<void> {
  await store.deleteBefore(unit, secondsAfter(unit.now, -RULES.kept))
}

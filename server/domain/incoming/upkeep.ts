import type { User } from '#domain/accounts'
import { secondsAfter } from '#kit/clock'
import type { Unit } from '#kit/unit'
import { RULES } from './model.ts'
import * as store from './store.ts'

/** Forget what was made of old texts. */
export async function tidy(unit: Unit): Promise<void> {
  await store.removeBefore(unit, secondsAfter(unit.now, -RULES.keptSeconds))
}

/** Forget what was made of the texts of somebody who is leaving; the texts themselves are forgotten with theirs. */
export async function forget(unit: Unit, user: User): Promise<void> {
  if (user.mobile !== null && user.mobileVerifiedAt !== null) await store.removePhone(unit, user.mobile)
}

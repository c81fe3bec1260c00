import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import * as store from './closing-store.ts'
import type { User } from './model.ts'

/** As long as the name of a tag: who comes next must not be taken for who was there before. */
const REST_SECONDS = 90 * 86_400

/**
 * Close an account, whose person is held, for good: from here on nobody finds it, and its row says nothing of them. Number
 * and address are free at once, the username after 90 days.
 */
export async function close(unit: Unit, user: User): Promise<void> {
  await store.rest(unit, user.username, secondsAfter(unit.now, REST_SECONDS))
  await store.blank(unit, user.id)
}

/** Delete what is left of a closed account: nothing of weight refers to it any more. */
export async function erase(unit: Unit, userId: string): Promise<void> {
  await store.erase(unit, userId)
}

/** What is kept of a person themself, for their export: no password, hashed or otherwise. */
export async function portable(view: View, userId: string): Promise<unknown> {
  return store.findPortable(view, userId)
}

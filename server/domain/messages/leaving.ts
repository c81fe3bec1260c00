import type { User } from '#domain/accounts'
import { withdraw } from '#domain/texts'
import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { FRESH_SECONDS } from './model.ts'
import * as store from './store.ts'

/** What somebody had texted to others and has not been handed over is not sent, and nobody answers them: they are leaving. */
export async function forget(unit: Unit, user: User): Promise<void> {
  const recent = await store.sendsSince(unit, user.id, secondsAfter(unit.now, -FRESH_SECONDS))
  for (const sendId of recent) await withdraw(unit, sendId)
  await store.removeAll(unit, user.id, user.mobileVerifiedAt ? user.mobile : null)
}

/** To how many somebody has had texted what, for their export; the words are in the inboxes of others. */
export async function portable(view: View, userId: string): Promise<unknown> {
  return store.listSends(view, userId)
}

/** Forget conversations that are long over. */
export async function tidy(unit: Unit): Promise<void> {
  await store.removeStale(unit, secondsAfter(unit.now, -FRESH_SECONDS))
}

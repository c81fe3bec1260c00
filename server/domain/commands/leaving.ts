import type { Unit, View } from '#kit/unit'
import * as store from './store.ts'

/** What a person has had done by writing is gone, and what they were asked back waits no more: they are leaving. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await store.removeAll(unit, userId)
}

/** What a person has had done by writing, for their export. */
export async function portable(view: View, userId: string): Promise<unknown> {
  return store.listPortable(view, userId)
}

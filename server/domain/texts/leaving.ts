import type { Unit, View } from '#kit/unit'
import * as store from './leaving-store.ts'

/**
 * Texts belong to phones: these verbs take the number that somebody who leaves has verified. Its STOP stays, as does
 * which number of ours it hears from: the number goes on, whoever has it.
 */

/** Nothing that waits for a phone is sent to it any more, but codes and links, which somebody asks for there. */
export async function forget(unit: Unit, phone: string): Promise<void> {
  await store.withdraw(unit, phone)
}

/**
 * Delete so many texts to and from a phone up to a moment, those whose media are gone; gives how many. What is said about
 * their delivery later finds nothing. A goodbye is not among them: it goes out after the moment.
 */
export async function purge(
  unit: Unit,
  { phone, until, except }: { readonly phone: string; readonly until: Date; readonly except: string },
  most: number,
): Promise<number> {
  return store.purge(unit, { phone, until, except }, most)
}

/** What was texted to and from a phone, for the export of who has verified it. Codes and links have no words here. */
export async function portable(view: View, phone: string): Promise<unknown> {
  return store.listPortable(view, phone)
}

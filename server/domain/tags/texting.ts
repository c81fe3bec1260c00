import type { View } from '#kit/unit'
import type { Ktag } from './model.ts'
import * as textingStore from './texting-store.ts'

/** Whoever can be texted what is said on a tag that they follow. */
export interface Textable {
  /** Null for a phone that follows without an account. */
  readonly id: string | null
  /** E.164. */
  readonly phone: string
  /** Where they are, and the local times `HH:MM` there between which they are not texted; null for at any time. */
  readonly quiet: { readonly timezone: string; readonly start: string; readonly end: string } | null
}

/** How many others want the texts of a tag, whether or not they can be texted. */
export async function countTexted(view: View, ktag: Pick<Ktag, 'id'>, authorId: string): Promise<number> {
  return textingStore.countTexted(view, ktag.id, authorId)
}

/**
 * Those who want the texts of a tag and can be texted what somebody says on it, each phone once and so many at most,
 * whoever has followed it longest first; only those with some phones, where they are named.
 */
export async function followersToText(
  view: View,
  ktag: Pick<Ktag, 'id' | 'ownerId'>,
  authorId: string,
  { most, among = null }: { readonly most: number; readonly among?: readonly string[] | null },
): Promise<readonly Textable[]> {
  const wanted = { ktagId: ktag.id, ownerId: ktag.ownerId, authorId, among, most }
  const rows = await textingStore.listToText(view, wanted)
  const byPhone = new Map(
    rows.map(({ id, phone, timezone, quiet_hours }) => {
      const quiet = timezone !== null && quiet_hours !== null ? { timezone, ...quiet_hours } : null
      return [phone, { id, phone, quiet }]
    }),
  )
  return [...byPhone.values()]
}

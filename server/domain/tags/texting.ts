import type { View } from '#kit/unit'
import * as followStore from './follow-store.ts'
import type { Ktag } from './model.ts'

/** Somebody who can be texted what is said on a tag that they follow. */
export interface Textable {
  readonly id: string
  /** E.164, verified. */
  readonly mobile: string
  /** IANA. */
  readonly timezone: string
  /** Local times `HH:MM` between which they are not texted. */
  readonly quietHours: { readonly start: string; readonly end: string } | null
}

/** How many others want the texts of a tag, whether or not they can be texted. */
export async function countTexted(view: View, ktag: Pick<Ktag, 'id'>, authorId: string): Promise<number> {
  return followStore.countTexted(view, ktag.id, authorId)
}

/**
 * Those who want the texts of a tag and can be texted what somebody says on it, so many at most, whoever has followed it
 * longest first; only those of some people, where they are named.
 */
export async function followersToText(
  view: View,
  ktag: Pick<Ktag, 'id' | 'ownerId'>,
  authorId: string,
  { most, among = null }: { readonly most: number; readonly among?: readonly string[] | null },
): Promise<readonly Textable[]> {
  const wanted = { ktagId: ktag.id, ownerId: ktag.ownerId, authorId, among, most }
  const rows = await followStore.listToText(view, wanted)
  return rows.map(({ id, mobile, timezone, quiet_hours }) => ({ id, mobile, timezone, quietHours: quiet_hours }))
}

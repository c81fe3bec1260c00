import type { View } from '#kit/unit'
import type { FollowFlags } from './model.ts'

interface FollowRow {
  readonly texts: boolean
  readonly calls: boolean
}

/** How somebody follows a tag; null when they do not. */
export async function find(view: View, ktagId: string, followerId: string): Promise<FollowFlags | null> {
  const row: FollowRow | undefined = await view
    .sql('follows')
    .where({ ktag_id: ktagId, follower_id: followerId })
    .first('texts', 'calls')
  return row ? { texts: row.texts, calls: row.calls } : null
}

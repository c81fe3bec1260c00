import { addToShards } from '#kit/shards'
import type { Unit, View } from '#kit/unit'

/** Count how often the profiles of some tags were looked at. */
export async function addViews(unit: Unit, views: ReadonlyMap<string, number>): Promise<void> {
  await addToShards(unit, { counts: 'profile_views', key: 'ktag_id', things: 'ktags' }, 'views', views)
}

/** How often the profile of a tag was looked at. */
export async function views(view: View, ktagId: string): Promise<number> {
  const [row] = await view.sql('profile_views').where({ ktag_id: ktagId }).sum({ views: 'views' })
  return Number(row?.views ?? 0)
}

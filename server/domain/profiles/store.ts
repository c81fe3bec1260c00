import { randomInt } from 'node:crypto'
import type { Unit, View } from '#kit/unit'

const SHARDS = 8

/** Count how often the profiles of some tags were looked at; tags that are gone by now are left out. */
export async function addViews(unit: Unit, views: ReadonlyMap<string, number>): Promise<void> {
  // In one order everywhere, so that two who count the same tags wait for each other instead of both.
  const ids = [...views.keys()].sort()
  await unit.sql.raw(
    `insert into profile_views (ktag_id, shard, views)
     select seen.id, cast(:shard as smallint), seen.views
       from unnest(cast(:ids as uuid[]), cast(:views as bigint[])) with ordinality as seen(id, views, place)
      where exists (select 1 from ktags where ktags.id = seen.id)
      order by seen.place
     on conflict (ktag_id, shard) do update set views = profile_views.views + excluded.views`,
    { shard: randomInt(SHARDS), ids, views: ids.map((id) => views.get(id) ?? 0) },
  )
}

/** How often the profile of a tag was looked at. */
export async function views(view: View, ktagId: string): Promise<number> {
  const [row] = await view.sql('profile_views').where({ ktag_id: ktagId }).sum({ views: 'views' })
  return Number(row?.views ?? 0)
}

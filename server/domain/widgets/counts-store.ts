import { randomInt } from 'node:crypto'
import type { Unit, View } from '#kit/unit'
import type { WidgetStats } from './model.ts'

const SHARDS = 8

/** Count what was shown, by widget; widgets that are gone by now are left out. */
export async function addViews(unit: Unit, views: ReadonlyMap<string, number>): Promise<void> {
  // In one order everywhere, so that two who count the same widgets wait for each other instead of both.
  const ids = [...views.keys()].sort()
  await unit.sql.raw(
    `insert into widget_counts (widget_id, shard, views)
     select shown.id, cast(:shard as smallint), shown.views
       from unnest(cast(:ids as uuid[]), cast(:views as bigint[])) with ordinality as shown(id, views, place)
      where exists (select 1 from widgets where widgets.id = shown.id)
      order by shown.place
     on conflict (widget_id, shard) do update set views = widget_counts.views + excluded.views`,
    { shard: randomInt(SHARDS), ids, views: ids.map((id) => views.get(id) ?? 0) },
  )
}

/** Count one thing that a visitor has done. */
export async function addAction(unit: Unit, widgetId: string): Promise<void> {
  await unit.sql.raw(
    `insert into widget_counts (widget_id, shard, actions) values (:widgetId, :shard, 1)
     on conflict (widget_id, shard) do update set actions = widget_counts.actions + 1`,
    { widgetId, shard: randomInt(SHARDS) },
  )
}

/** How some widgets stand, by id; those that nobody has seen are not in it. */
export async function sums(view: View, widgetIds: readonly string[]): Promise<ReadonlyMap<string, WidgetStats>> {
  if (widgetIds.length === 0) return new Map()
  const rows: { widget_id: string; views: string; actions: string }[] = await view
    .sql('widget_counts')
    .whereIn('widget_id', [...widgetIds])
    .groupBy('widget_id')
    .select('widget_id')
    .sum({ views: 'views', actions: 'actions' })
  return new Map(
    rows.map((row) => [row.widget_id, { views: Number(row.views), actions: Number(row.actions) }] as const),
  )
}

import { addToShards, type Counted } from '#kit/shards'
import type { Unit, View } from '#kit/unit'
import type { WidgetStats } from './model.ts'

const WIDGETS: Counted = { counts: 'widget_counts', key: 'widget_id', things: 'widgets' }

/** Count what was shown, by widget. */
export async function addViews(unit: Unit, views: ReadonlyMap<string, number>): Promise<void> {
  await addToShards(unit, WIDGETS, 'views', views)
}

/** Count one thing that a visitor has done. */
export async function addAction(unit: Unit, widgetId: string): Promise<void> {
  await addToShards(unit, WIDGETS, 'actions', new Map([[widgetId, 1]]))
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

import { type User, byId as userById } from '#domain/accounts'
import { type Ktag, byId as tagById } from '#domain/tags'
import { IdSchema } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import * as counts from './counts-store.ts'
import { WidgetGone, WidgetNotFound } from './faults.ts'
import type { Widget, WidgetKind } from './model.ts'
import * as store from './store.ts'
import { isShown } from './widgets.ts'

/** A widget as its visitors see it, with whose it is. */
export interface ShownWidget {
  readonly widget: Widget
  readonly ktag: Ktag
  readonly owner: User
}

/**
 * The widget with this key. Throws `WidgetGone` for one that was there once or is not shown now, `WidgetNotFound` for a
 * key that nobody was ever given.
 */
export async function visit(view: View, publicKey: string): Promise<ShownWidget> {
  const widget = await store.findByKey(view, publicKey)
  if (!widget) throw (await store.isRetired(view, publicKey)) ? WidgetGone() : WidgetNotFound()
  const ktag = await tagById(view, widget.ktagId)
  const owner = await userById(view, widget.ownerId)
  if (!ktag || !owner || !isShown(widget, ktag, owner)) throw WidgetGone()
  return { widget, ktag, owner }
}

/** A widget that visitors see, by its key or its id. Throws what `visit` throws. */
export async function visitById(view: View, keyOrId: string): Promise<ShownWidget> {
  const byId = IdSchema.safeParse(keyOrId)
  const widget = byId.success ? await store.findAny(view, byId.data) : null
  return visit(view, widget?.publicKey ?? keyOrId)
}

/** The widget with this key, which must be of a kind. Throws what `visit` throws, and `WidgetNotFound` for other kinds. */
export async function visitKind(view: View, publicKey: string, kind: WidgetKind): Promise<ShownWidget> {
  const shown = await visit(view, publicKey)
  if (shown.widget.kind !== kind) throw WidgetNotFound()
  return shown
}

/** Widgets were shown, so often each, by id; those that are gone by now are left out. */
export async function countViews(unit: Unit, views: ReadonlyMap<string, number>): Promise<void> {
  await counts.addViews(unit, views)
}

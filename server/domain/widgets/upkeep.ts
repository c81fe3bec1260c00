import * as callbacks from '#domain/callbacks'
import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import * as counts from './counts-store.ts'
import { RULES } from './model.ts'
import * as store from './store.ts'
import * as uses from './uses-store.ts'

/** Forget what no budget counts any more, and keys that nobody can still have on a page in good faith. */
export async function tidy(unit: Unit): Promise<void> {
  await uses.deleteBefore(unit, secondsAfter(unit.now, -RULES.usesKept))
  await callbacks.tidy(unit)
  await store.forgetRetired(unit, secondsAfter(unit.now, -RULES.retiredKept))
}

/** A person's account ends: their widgets are gone, and say so wherever they stand; no visitor is called any more. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await callbacks.forget(unit, userId)
  await store.removeAll(unit, userId)
}

/** The widgets of a person, with how often they were shown and used. */
export async function portable(view: View, userId: string): Promise<readonly Record<string, unknown>[]> {
  const widgets = await store.listAll(view, userId)
  const stats = await counts.sums(
    view,
    widgets.map(({ id }) => id),
  )
  return widgets.map((widget) => ({
    id: widget.id,
    ktag_id: widget.ktagId,
    kind: widget.kind,
    title: widget.title,
    theme: widget.theme,
    allowed_domains: widget.allowedDomains,
    enabled: widget.isEnabled,
    public_key: widget.publicKey,
    stats: stats.get(widget.id) ?? { views: 0, actions: 0 },
    created_at: widget.createdAt.toISOString(),
    updated_at: widget.updatedAt.toISOString(),
  }))
}

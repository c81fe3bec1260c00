import { z } from 'zod'
import type { Page } from '#kit/page'

/** A list on the wire: its items and whether there are more, nothing else. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), has_more: z.boolean() })
}

/** Write a page. */
export function presentList<Item, Wire>(
  page: Page<Item>,
  present: (item: Item) => Wire,
): { items: Wire[]; has_more: boolean } {
  return { items: page.items.map(present), has_more: page.hasMore }
}

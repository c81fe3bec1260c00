import type { Unit, View } from '#kit/unit'

/** Until when a prefix is blocked; null when it is not. */
export async function findBlock(view: View, prefix: string): Promise<Date | null> {
  const row: { blocked_until: Date } | undefined = await view
    .sql('prefix_blocks')
    .where({ prefix })
    .andWhere('blocked_until', '>', view.now)
    .first('blocked_until')
  return row?.blocked_until ?? null
}

/** Those of some prefixes that are blocked now. */
export async function blockedAmong(view: View, prefixes: readonly string[]): Promise<ReadonlySet<string>> {
  if (prefixes.length === 0) return new Set()
  const blocked: string[] = await view
    .sql('prefix_blocks')
    .whereRaw('prefix = any(?)', [[...new Set(prefixes)]])
    .andWhere('blocked_until', '>', view.now)
    .pluck('prefix')
  return new Set(blocked)
}

/** Block a prefix; a longer block that stands already stays. */
export async function block(unit: Unit, prefix: string, until: Date, reason: string): Promise<void> {
  await unit
    .sql('prefix_blocks')
    .insert({ prefix, blocked_until: until, reason })
    .onConflict('prefix')
    .merge({ blocked_until: unit.sql.raw('greatest(prefix_blocks.blocked_until, excluded.blocked_until)'), reason })
}

import type { Unit, View } from '#kit/unit'

/** Whoever pays waits here for the one before. */
export async function lock(unit: Unit): Promise<void> {
  await unit.sql.raw(`select pg_advisory_xact_lock(hashtextextended('spend', 0))`)
}

export async function isPaid(view: View, orderKey: string): Promise<boolean> {
  return (await view.sql('spend').where({ order_key: orderKey }).first('order_key')) !== undefined
}

export async function insert(
  unit: Unit,
  entry: {
    readonly orderKey: string
    readonly kind: 'call' | 'text' | 'whatsapp'
    readonly country: string | null
    readonly microDollars: number
  },
): Promise<void> {
  await unit.sql('spend').insert({
    order_key: entry.orderKey,
    at: unit.now,
    kind: entry.kind,
    country: entry.country,
    micro_dollars: entry.microDollars,
  })
}

/** Millionths of a dollar since a moment. */
export async function sumSince(view: View, since: Date): Promise<number> {
  const [row] = await view.sql('spend').where('at', '>', since).sum({ total: 'micro_dollars' })
  return Number(row?.total ?? 0)
}

export async function deleteBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('spend').where('at', '<', moment).delete()
}

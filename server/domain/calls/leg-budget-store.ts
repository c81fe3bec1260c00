import type { Unit, View } from '#kit/unit'

/** Whoever has phones rung for the same host waits until the unit ends. */
export async function lockHost(unit: Unit, hostId: string): Promise<void> {
  await unit.sql.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`legs ${hostId}`])
}

/** When phones were rung for a host since a moment, the oldest first. */
export async function usesSince(view: View, hostId: string, since: Date): Promise<readonly Date[]> {
  return view
    .sql('leg_uses')
    .where({ host_id: hostId })
    .andWhere('used_at', '>', since)
    .orderBy('used_at')
    .pluck('used_at')
}

/** The countries of the phones that were rung for a host since a moment, by when each was last; the oldest first. */
export async function countriesSince(
  view: View,
  hostId: string,
  since: Date,
): Promise<readonly { readonly country: string; readonly lastAt: Date }[]> {
  const rows: { country: string; last_at: Date }[] = await view
    .sql('leg_uses')
    .where({ host_id: hostId })
    .andWhere('used_at', '>', since)
    .whereNotNull('country')
    .groupBy('country')
    .orderBy('last_at')
    .select('country')
    .max({ last_at: 'used_at' })
  return rows.map((row) => ({ country: row.country, lastAt: row.last_at }))
}

/** Note phones that are to be rung for a host, by their countries. */
export async function insertUses(unit: Unit, hostId: string, countries: readonly (string | null)[]): Promise<void> {
  if (countries.length === 0) return
  await unit.sql('leg_uses').insert(countries.map((country) => ({ host_id: hostId, country, used_at: unit.now })))
}

export async function deleteBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('leg_uses').where('used_at', '<', moment).delete()
}

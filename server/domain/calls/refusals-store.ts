import type { Unit, View } from '#kit/unit'

export async function recordRefusal(unit: Unit, callerId: string, phone: string): Promise<void> {
  await unit
    .sql('call_refusals')
    .insert({ caller_id: callerId, phone, refused_at: unit.now })
    .onConflict(['caller_id', 'phone'])
    .ignore()
}

/** Whether this caller, or enough different ones, have been refused by the person at this number. */
export async function isRefused(view: View, callerId: string, phone: string, enough: number): Promise<boolean> {
  const callers: string[] = await view.sql('call_refusals').where({ phone }).pluck('caller_id')
  return callers.includes(callerId) || callers.length >= enough
}

/** Those of some numbers at which `isRefused` would be true. */
export async function refusedPhones(
  view: View,
  callerId: string,
  phones: readonly string[],
  enough: number,
): Promise<ReadonlySet<string>> {
  const refused: string[] = await view
    .sql('call_refusals')
    .whereIn('phone', [...phones])
    .groupBy('phone')
    .havingRaw('count(*) >= ? or bool_or(caller_id = ?)', [enough, callerId])
    .pluck('phone')
  return new Set(refused)
}

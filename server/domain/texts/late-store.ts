import type { View } from '#kit/unit'
import { TEXT_RANK, type TextStatus } from './model.ts'

/** Texts that we sent and whose end has not been heard, by the carrier's id. */
export async function unfinished(
  view: View,
  carrierIds: readonly string[],
): Promise<readonly { readonly id: string; readonly carrier_id: string; readonly status: TextStatus }[]> {
  return view
    .sql('texts')
    .whereRaw('carrier_id = any(?)', [[...carrierIds]])
    .andWhere({ direction: 'out' })
    .andWhere('rank', '<', TEXT_RANK.delivered)
    .select('id', 'carrier_id', 'status')
}

/** The ids among these that belong to a text of ours. */
export async function known(view: View, carrierIds: readonly string[]): Promise<readonly string[]> {
  return view
    .sql('texts')
    .whereRaw('carrier_id = any(?)', [[...carrierIds]])
    .pluck('carrier_id')
}

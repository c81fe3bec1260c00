import type { View } from '#kit/unit'
import * as lateStore from './late-store.ts'
import { TEXT_RANK, type TextStatus } from './model.ts'

/** A text that we sent and whose end has not been heard. */
export interface UnfinishedText {
  readonly id: string
  readonly carrierId: string
  readonly status: TextStatus
}

/** Those of the carrier's texts that we sent and whose end has not been heard. */
export async function unfinishedAmong(view: View, carrierIds: readonly string[]): Promise<readonly UnfinishedText[]> {
  if (carrierIds.length === 0) return []
  const rows = await lateStore.unfinished(view, carrierIds)
  return rows.map(({ id, carrier_id, status }) => ({ id, carrierId: carrier_id, status }))
}

/** Those of the carrier's texts that we know nothing of. */
export async function unheardAmong(view: View, carrierIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (carrierIds.length === 0) return new Set()
  const known = new Set(await lateStore.known(view, carrierIds))
  return new Set(carrierIds.filter((carrierId) => !known.has(carrierId)))
}

/** Whether a text that has come this far has come further than another. */
export function isFurther(status: TextStatus, than: TextStatus): boolean {
  return TEXT_RANK[status] > TEXT_RANK[than]
}

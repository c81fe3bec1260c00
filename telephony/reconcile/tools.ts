import type { Log } from '#kit/log'
import type { Database } from '#kit/unit'
import type { Carrier } from '../carrier.ts'

/** What was mended by asking the carrier. */
export type Mended = 'leg' | 'hang_up' | 'participant' | 'room' | 'text' | 'delivery' | 'recording'

/** What reconciling works with. */
export interface ReconcileTools {
  readonly database: Database
  readonly carrier: Carrier
  readonly log: Log
  /** Told of everything that the carrier knew and we did not. */
  readonly onMended: (kind: Mended, times: number) => void
  /** Whether this process is to end: nothing more is begun then. */
  readonly isStopping: () => boolean
}

/** How many questions are asked at once. */
const SIDE_BY_SIDE = 5

/**
 * Do something for each of many, a few side by side. One that fails keeps no other one waiting; what went wrong is thrown
 * at the end. Nothing more is begun when the process is to end.
 */
export async function forEach<Item>(
  { isStopping }: Pick<ReconcileTools, 'isStopping'>,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = []
  const waiting = items.values()
  const worker = async () => {
    for (const item of waiting) {
      if (isStopping()) return
      await work(item).catch((error: unknown) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, items.length) }, worker))
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${items.length} failed.`)
}

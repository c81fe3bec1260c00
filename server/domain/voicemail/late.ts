import type { View } from '#kit/unit'
import * as lateStore from './late-store.ts'

/** Those of the carrier's recordings that nobody has told us of. */
export async function unheardAmong(view: View, recordingIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (recordingIds.length === 0) return new Set()
  const known = new Set(await lateStore.known(view, recordingIds))
  return new Set(recordingIds.filter((recordingId) => !known.has(recordingId)))
}

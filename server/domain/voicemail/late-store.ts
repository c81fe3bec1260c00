import type { View } from '#kit/unit'

/** The recordings among these that we have heard of, whatever became of them. */
export async function known(view: View, recordingIds: readonly string[]): Promise<readonly string[]> {
  return view
    .sql('recordings')
    .whereRaw('recording_id = any(?)', [[...recordingIds]])
    .pluck('recording_id')
}

import type { View } from '#kit/unit'

/** The recordings among these that are a message, deleted ones included. */
export async function known(view: View, recordingIds: readonly string[]): Promise<readonly string[]> {
  return view
    .sql('messages')
    .whereRaw('recording_id = any(?)', [[...recordingIds]])
    .pluck('recording_id')
}

import type { View } from '#kit/unit'
import type { MediaFile } from './model.ts'
import * as store from './store.ts'

/** Every file that is kept of a person, for the export of their account; the bytes are had from `GET /files/{id}/stream`. */
export async function portable(view: View, userId: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await store.listAll(view, userId)).map((file) => ({
    file_id: file.id,
    kind: file.kind,
    content_type: file.contentType,
    size_bytes: file.sizeBytes,
    duration_seconds: file.durationSeconds,
    width: file.width,
    height: file.height,
    created_at: file.at.toISOString(),
  }))
}

/** The same with where their bytes are. */
export async function filesOf(view: View, userId: string): Promise<readonly MediaFile[]> {
  return store.listAll(view, userId)
}

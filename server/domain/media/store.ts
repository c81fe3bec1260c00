import type { Unit, View } from '#kit/unit'
import type { MediaFile } from './model.ts'

interface FileRow {
  readonly id: string
  readonly owner_id: string
  readonly kind: MediaFile['kind']
  readonly content_type: string
  readonly size_bytes: string
  readonly duration_seconds: number | null
  readonly width: number | null
  readonly height: number | null
  readonly blob_key: string
}

export async function insert(unit: Unit, file: MediaFile): Promise<void> {
  await unit.sql('files').insert({
    id: file.id,
    owner_id: file.ownerId,
    kind: file.kind,
    content_type: file.contentType,
    size_bytes: file.sizeBytes,
    duration_seconds: file.durationSeconds,
    width: file.width,
    height: file.height,
    blob_key: file.blobKey,
    created_at: unit.now,
  })
}

export async function find(view: View, ownerId: string, id: string): Promise<MediaFile | null> {
  const row: FileRow | undefined = await view.sql('files').where({ id, owner_id: ownerId }).first()
  return row ? fromRow(row) : null
}

export async function findByBlob(view: View, ownerId: string, blobKey: string): Promise<MediaFile | null> {
  const row: FileRow | undefined = await view.sql('files').where({ owner_id: ownerId, blob_key: blobKey }).first()
  return row ? fromRow(row) : null
}

export async function hasBlob(view: View, blobKey: string): Promise<boolean> {
  return (await view.sql('files').where({ blob_key: blobKey }).first('id')) !== undefined
}

export async function listByIds(view: View, ownerId: string, ids: readonly string[]): Promise<readonly MediaFile[]> {
  if (ids.length === 0) return []
  const rows: FileRow[] = await view
    .sql('files')
    .where({ owner_id: ownerId })
    .whereIn('id', [...ids])
  return rows.map(fromRow)
}

function fromRow(row: FileRow): MediaFile {
  return {
    id: row.id,
    ownerId: row.owner_id,
    kind: row.kind,
    contentType: row.content_type,
    sizeBytes: Number(row.size_bytes),
    durationSeconds: row.duration_seconds,
    width: row.width,
    height: row.height,
    blobKey: row.blob_key,
  }
}

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
  const row: FileRow | undefined = await view.sql('files').where({ id, owner_id: ownerId }).whereNull('gone_at').first()
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
    .whereNull('gone_at')
  return rows.map(fromRow)
}

/** Have a file removed at a moment, or sooner when that was wanted before. */
export async function setPurge(unit: Unit, id: string, at: Date): Promise<void> {
  await unit
    .sql('files')
    .where({ id })
    .update({ purge_at: unit.sql.raw('least(purge_at, ?::timestamptz)', [at]) })
}

/** Have a file stay; false when it is gone. */
export async function clearPurge(unit: Unit, id: string): Promise<boolean> {
  return (await unit.sql('files').where({ id }).whereNull('gone_at').update({ purge_at: null })) === 1
}

/** Files whose time is up, those that were cut off on their way out included. */
export async function listPurgeable(view: View, limit: number): Promise<readonly MediaFile[]> {
  const rows: FileRow[] = await view.sql('files').where('purge_at', '<=', view.now).orderBy('purge_at').limit(limit)
  return rows.map(fromRow)
}

/** Lock a file whose time is up; false when it stays after all, or is gone. */
export async function lockPurgeable(unit: Unit, id: string): Promise<boolean> {
  return (
    (await unit.sql('files').where({ id }).andWhere('purge_at', '<=', unit.now).forUpdate().first('id')) !== undefined
  )
}

export async function hide(unit: Unit, id: string): Promise<void> {
  await unit.sql('files').where({ id }).whereNull('gone_at').update({ gone_at: unit.now })
}

export async function remove(unit: Unit, id: string): Promise<void> {
  await unit.sql('files').where({ id }).whereNotNull('gone_at').delete()
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

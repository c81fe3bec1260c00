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
  readonly public_key: string | null
}

/** Insert a file; with `purgeAt` it is an upload that nothing uses yet. */
export async function insert(unit: Unit, file: MediaFile, purgeAt: Date | null = null): Promise<void> {
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
    public_key: file.publicKey,
    is_upload: purgeAt !== null,
    purge_at: purgeAt,
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

/** Whether a file, other than this one, stands on these bytes. */
export async function hasBlob(view: View, blobKey: string, exceptId: string | null = null): Promise<boolean> {
  const found = await view
    .sql('files')
    .where({ blob_key: blobKey })
    .modify((query) => {
      if (exceptId !== null) query.whereNot({ id: exceptId })
    })
    .first('id')
  return found !== undefined
}

/** Bytes of all that a person has sent and that is not gone. */
export async function sumUploads(view: View, ownerId: string): Promise<number> {
  const [row] = await view
    .sql('files')
    .where({ owner_id: ownerId, is_upload: true })
    .whereNull('gone_at')
    .sum({ sum: 'size_bytes' })
  return Number(row?.sum ?? 0)
}

export async function findPublic(view: View, publicKey: string): Promise<MediaFile | null> {
  const row: FileRow | undefined = await view
    .sql('files')
    .join('users as owners', 'owners.id', 'files.owner_id')
    .where('files.public_key', publicKey)
    .whereNull('files.gone_at')
    .whereNull('owners.suspended_at')
    .whereExists(view.sql('file_uses').whereRaw('file_uses.file_id = files.id'))
    .first('files.*')
  return row ? fromRow(row) : null
}

/** Files whoever they belong to, unless their owners are suspended; for whoever may have them. */
export async function listAny(view: View, ids: readonly string[]): Promise<readonly MediaFile[]> {
  if (ids.length === 0) return []
  const rows: FileRow[] = await view
    .sql('files')
    .join('users as owners', 'owners.id', 'files.owner_id')
    .whereIn('files.id', [...ids])
    .whereNull('files.gone_at')
    .whereNull('owners.suspended_at')
    .select('files.*')
  return rows.map(fromRow)
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

/** Lock a file whose time is up; null when it stays after all. `isHidden`: nobody gets it any more. */
export async function lockPurgeable(unit: Unit, id: string): Promise<{ readonly isHidden: boolean } | null> {
  const row: { gone_at: Date | null } | undefined = await unit
    .sql('files')
    .where({ id })
    .andWhere('purge_at', '<=', unit.now)
    .forUpdate()
    .first('gone_at')
  return row ? { isHidden: row.gone_at !== null } : null
}

/** Hide everything of a person at once, and have it removed. */
export async function hideAll(unit: Unit, ownerId: string): Promise<void> {
  const all = () => unit.sql('files').where({ owner_id: ownerId })
  await unit.sql('file_uses').whereIn('file_id', all().select('id')).delete()
  await all().update({ purge_at: unit.sql.raw('least(purge_at, ?::timestamptz)', [unit.now]) })
  await all().whereNull('gone_at').update({ gone_at: unit.now })
}

export async function listAll(view: View, ownerId: string): Promise<readonly (MediaFile & { readonly at: Date })[]> {
  const rows: (FileRow & { created_at: Date })[] = await view
    .sql('files')
    .where({ owner_id: ownerId })
    .whereNull('gone_at')
    .orderBy('id')
  return rows.map((row) => ({ ...fromRow(row), at: row.created_at }))
}

export async function hide(unit: Unit, id: string): Promise<void> {
  await unit.sql('files').where({ id }).whereNull('gone_at').update({ gone_at: unit.now })
}

/** Hide a file that is on its way out and that nothing uses; false for any other. */
export async function hideUnused(unit: Unit, id: string): Promise<boolean> {
  const hidden = await unit
    .sql('files')
    .where({ id })
    .whereNotNull('purge_at')
    .whereNull('gone_at')
    .whereNotExists(unit.sql('file_uses').whereRaw('file_uses.file_id = files.id'))
    .update({ gone_at: unit.now, purge_at: unit.now })
  return hidden === 1
}

export async function remove(unit: Unit, id: string): Promise<void> {
  await unit.sql('files').where({ id }).whereNotNull('gone_at').delete()
}

export async function hasAny(view: View, ownerId: string): Promise<boolean> {
  return (await view.sql('files').where({ owner_id: ownerId }).first('id')) !== undefined
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
    publicKey: row.public_key,
  }
}

import jwt from 'jsonwebtoken'
import type { User } from '#domain/accounts'
import { newId } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import { FileNotFound, StreamTokenExpired, StreamTokenInvalid } from './faults.ts'
import type { MediaFile, StreamTicket } from './model.ts'

const TICKET_SECONDS = 900
const PURPOSE = 'stream ticket'

/** Keep a file whose bytes are in the blob store already. */
export async function add(unit: Unit, file: Omit<MediaFile, 'id'>): Promise<MediaFile> {
  const id = newId()
  await unit.sql('files').insert({
    id,
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
  return { id, ...file }
}

/** A person's file. Throws `FileNotFound`. */
export async function get(view: View, viewer: User, id: string): Promise<MediaFile> {
  const [file] = await rows(view, { id, owner_id: viewer.id })
  if (!file) throw FileNotFound()
  return file
}

/** The files with these ids that belong to a person, by id. */
export async function find(
  view: View,
  ownerId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MediaFile>> {
  if (ids.length === 0) return new Map()
  const found: FileRow[] = await view
    .sql('files')
    .where({ owner_id: ownerId })
    .whereIn('id', [...ids])
  return new Map(found.map((row) => [row.id, fromRow(row)]))
}

/** A right to play a file for a quarter of an hour, as an address that needs no other token. */
export function streamTicket(view: View, file: MediaFile): StreamTicket {
  const expiresAt = new Date(Math.floor(view.now.getTime() / 1000 + TICKET_SECONDS) * 1000)
  const claims = { sub: file.id, own: file.ownerId, exp: expiresAt.getTime() / 1000 }
  const token = jwt.sign(claims, view.site.keys.signingKey(PURPOSE), { algorithm: 'HS256', noTimestamp: true })
  return { token, url: `${view.site.publicUrl}/api/v1/files/${file.id}/stream?token=${token}`, expiresAt }
}

/** The file that a ticket lets one play. Throws `StreamTokenInvalid`, `StreamTokenExpired`, `FileNotFound`. */
export async function readTicket(view: View, id: string, token: string): Promise<MediaFile> {
  const claims = readClaims(view, token)
  if (claims.sub !== id) throw StreamTokenInvalid()
  const [file] = await rows(view, { id, owner_id: String(claims.own) })
  if (!file) throw FileNotFound()
  return file
}

function readClaims(view: View, token: string): jwt.JwtPayload {
  const clockTimestamp = Math.floor(view.now.getTime() / 1000)
  for (const key of view.site.keys.verifyingKeys(PURPOSE)) {
    try {
      const claims = jwt.verify(token, key, { algorithms: ['HS256'], clockTimestamp })
      if (typeof claims !== 'string') return claims
    } catch (error) {
      if (error instanceof jwt.TokenExpiredError) throw StreamTokenExpired()
    }
  }
  throw StreamTokenInvalid()
}

async function rows(view: View, where: Record<string, string>): Promise<readonly MediaFile[]> {
  const found: FileRow[] = await view.sql('files').where(where)
  return found.map(fromRow)
}

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

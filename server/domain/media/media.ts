import jwt from 'jsonwebtoken'
import type { User } from '#domain/accounts'
import { newId } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import { FileNotFound, StreamTokenExpired, StreamTokenInvalid } from './faults.ts'
import type { MediaFile, StreamTicket } from './model.ts'
import * as store from './store.ts'

const TICKET_SECONDS = 900
const PURPOSE = 'stream ticket'

type NewFile = Omit<MediaFile, 'id' | 'publicKey'>

/** Keep a file whose bytes are in the blob store already. */
export async function add(unit: Unit, file: NewFile): Promise<MediaFile> {
  const kept = { id: newId(), publicKey: null, ...file }
  await store.insert(unit, kept)
  return kept
}

/**
 * Keep a file of some bytes for a person once, however often it is asked for; others may keep the same bytes. Whoever
 * asks holds a lock under which nobody else asks for the same bytes.
 */
export async function addOnce(unit: Unit, file: NewFile): Promise<MediaFile> {
  return (await store.findByBlob(unit, file.ownerId, file.blobKey)) ?? add(unit, file)
}

/** Whether some file stands on these bytes: who removes bytes asks first. */
export async function isInUse(view: View, blobKey: string): Promise<boolean> {
  return store.hasBlob(view, blobKey)
}

/** The file that stands at a public address; null when it has been replaced, or its owner is gone or suspended. */
export async function findPublic(view: View, publicKey: string): Promise<MediaFile | null> {
  return store.findPublic(view, publicKey)
}

/** A person's file. Throws `FileNotFound`. */
export async function get(view: View, viewer: User, id: string): Promise<MediaFile> {
  const file = await store.find(view, viewer.id, id)
  if (!file) throw FileNotFound()
  return file
}

/** The files with these ids that belong to a person, by id. */
export async function find(
  view: View,
  ownerId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MediaFile>> {
  return new Map((await store.listByIds(view, ownerId, ids)).map((file) => [file.id, file]))
}

/**
 * A right to play a file for a quarter of an hour, as an address that needs no other token. Counted from `since`, which
 * gives the same address every time; from now when absent.
 */
export function streamTicket(view: View, file: MediaFile, since: Date = view.now): StreamTicket {
  const expiresAt = new Date(Math.floor(since.getTime() / 1000 + TICKET_SECONDS) * 1000)
  const claims = { sub: file.id, own: file.ownerId, exp: expiresAt.getTime() / 1000 }
  const token = jwt.sign(claims, view.site.keys.signingKey(PURPOSE), { algorithm: 'HS256', noTimestamp: true })
  return { token, url: `${view.site.publicUrl}/api/v1/files/${file.id}/stream?token=${token}`, expiresAt }
}

/** The file that a ticket lets one play. Throws `StreamTokenInvalid`, `StreamTokenExpired`, `FileNotFound`. */
export async function readTicket(view: View, id: string, token: string): Promise<MediaFile> {
  const claims = readClaims(view, token)
  if (claims.sub !== id) throw StreamTokenInvalid()
  const file = await store.find(view, String(claims.own), id)
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

import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { z } from 'zod'

/** A fresh UUIDv7: ordered by time, so that it serves as a page cursor, and unguessable. */
export function newId(): string {
  return uuidv7()
}

/** A fresh key shaped as a UUID (version 4): 122 random bits, nothing in it tells when it was made. */
export function newKey(): string {
  return randomUUID()
}

/** An id as it stands in paths and bodies: a UUID in any case, handed on in lower case. */
export const IdSchema = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'That is not an id.')
  .transform((id) => id.toLowerCase())

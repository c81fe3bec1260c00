import { uuidv7 } from 'uuidv7'
import { z } from 'zod'

/** A fresh UUIDv7: ordered by time, so that it serves as a page cursor, and unguessable. */
export function newId(): string {
  return uuidv7()
}

/** An id as it stands in paths and bodies: a UUID in any case, handed on in lower case. */
export const IdSchema = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'That is not an id.')
  .transform((id) => id.toLowerCase())

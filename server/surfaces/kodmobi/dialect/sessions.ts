import { SessionNotFound } from '#domain/codes'
import { uuidOf } from './ulid.ts'

/** The session that an id names. Throws `SessionNotFound` for what is no id, as for an id that nobody has. */
export function sessionIdOf(text: string): string {
  const id = uuidOf(text)
  if (id === null) throw SessionNotFound()
  return id
}

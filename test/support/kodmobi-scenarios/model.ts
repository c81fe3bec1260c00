import { codeAt } from '#test/kodmobi'
import type { Asker, Outcome } from '#test/kodmobi-families'
import type { World } from '#test/world'

/** What a scenario plays with. */
export interface Scene {
  readonly world: World
  readonly asker: Asker
  readonly phone: string
}

/** A story, and how it ends: the same by whatever family it is told. */
export interface Scenario {
  readonly name: string
  tell(scene: Scene): Promise<unknown>
  readonly ends: unknown
}

/** The end of a refusal: its status, its word, and what it is about. */
export const refused = ({ status, word, params, fields, retryAfter }: Outcome) =>
  [status, word, params, fields, retryAfter].filter((part) => part !== undefined)

/** An id that no session has. */
export const UNKNOWN_SESSION = '01ARZ3NDEKTSV4RRFFQ69G5FAV'

/** How it ends for a session that is over, for what nobody knows, and for whom nobody lets in. */
export const GONE = [410, 'ERROR_SESSION_EXPIRED', {}]
export const MISSING = [404, 'ERROR_MESSAGE_NOT_FOUND', {}]
export const DENIED = [401, 'ERROR_ACCESS_DENIED', {}]

/** A session whose code has come by text. */
export async function withCode({ world, asker, phone }: Scene): Promise<{ id: string; code: string }> {
  const { data } = await asker.create(phone, { type: 'sms' })
  return { id: data.session_id, code: await codeAt(world, phone) }
}

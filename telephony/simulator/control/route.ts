import type { Network } from '../network.ts'

/** A request that cannot be carried out, and why. */
export class ControlError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** A body that was read: an object, or a list. */
export type Body = Readonly<Record<string, unknown>>

/** What a route does. `name` is what stands for `:name` in its path. Throws `ControlError`. */
export type Act = (network: Network, name: string, body: Body) => unknown

/** One thing to ask the control API. `:name` is a phone number (`+` may be written `%2B`) or a SID. */
export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST'
  readonly path: string
  readonly summary: string
  readonly act: Act
}

/** Read a body; none is an empty object. Throws `ControlError`. */
export function parseBody(text: string): Body {
  if (text.trim() === '') return {}
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null) return body as Body
  } catch {
    throw new ControlError(400, 'the body is not JSON')
  }
  throw new ControlError(400, 'the body is not an object')
}

/** Text under a key. Throws `ControlError`. */
export function text(body: Body, key: string): string {
  const value = body[key]
  if (typeof value !== 'string') throw new ControlError(400, `'${key}' is a string`)
  return value
}

/** A list of texts under a key, empty when absent. Throws `ControlError`. */
export function list(body: Body, key: string): readonly string[] {
  const value = body[key] ?? []
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw new ControlError(400, `'${key}' is a list of strings`)
}

/** Refuse a body with a key nobody knows. Throws `ControlError`. */
export function onlyKeys(body: Body, known: readonly string[]): void {
  const stranger = Object.keys(body).find((key) => !known.includes(key))
  if (stranger !== undefined) throw new ControlError(400, `there is no '${stranger}'; there are ${known.join(', ')}`)
}

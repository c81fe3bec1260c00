/**
 * Why something is refused. A closed list: each surface decides once how a kind looks on its wire;
 * the domain knows no HTTP status.
 */
export type FaultKind =
  | 'invalid'
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'missing'
  | 'method_not_allowed'
  | 'slow'
  | 'conflict'
  | 'gone'
  | 'too_large'
  | 'unsupported_media'
  | 'range'
  | 'exhausted'
  | 'unavailable'
  | 'upstream'
  | 'internal'

/** What a fault may carry beside its name. */
export interface FaultExtras {
  /** Replaces the standing sentence. */
  readonly message?: string
  /** What is wrong with which field of the request; dotted names for nested fields. */
  readonly fields?: Readonly<Record<string, string>>
  /** When trying again makes sense, whole seconds. */
  readonly retryAfterSeconds?: number
  /** Facts for the log and for surfaces that show more than a sentence. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** A named refusal: an answer, not a bug. Made by `defineFault`, thrown by verbs, rendered by surfaces. */
export class Fault extends Error {
  readonly type: FaultType
  readonly fields: Readonly<Record<string, string>>
  readonly retryAfterSeconds: number | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(type: FaultType, extras: FaultExtras) {
    super(extras.message ?? type.message)
    this.name = 'Fault'
    this.type = type
    this.fields = extras.fields ?? {}
    this.retryAfterSeconds = extras.retryAfterSeconds
    this.details = extras.details ?? {}
  }
}

/** A kind of refusal; call it to get a `Fault` to throw. */
export interface FaultType {
  (extras?: FaultExtras): Fault
  /** The stable machine word, `snake_case`. */
  readonly code: string
  readonly kind: FaultKind
  /** The sentence for people. */
  readonly message: string
  /** Whether what the verb wrote is committed although it refuses: a wrong guess must cost a try. */
  readonly keepsUnit: boolean
}

/** Declare a refusal: its machine word, its kind, and the sentence that people read. */
export function defineFault(
  code: string,
  kind: FaultKind,
  message: string,
  { keepsUnit = false }: { readonly keepsUnit?: boolean } = {},
): FaultType {
  const make = (extras: FaultExtras = {}): Fault => new Fault(type, extras)
  const type: FaultType = Object.assign(make, { code, kind, message, keepsUnit })
  return type
}

/** The faults that any endpoint may answer with; they need no declaration at an endpoint. */
export const ValidationFailed = defineFault('validation_failed', 'invalid', 'One or more fields are invalid.')
export const InvalidJson = defineFault('invalid_json', 'malformed', 'The body is not valid JSON.')
export const BadRequest = defineFault('bad_request', 'malformed', 'The request is not well formed.')
export const Unauthorized = defineFault('unauthorized', 'unauthenticated', 'Sign in to do this.')
export const NotFound = defineFault('not_found', 'missing', 'There is no such thing here.')
export const MethodNotAllowed = defineFault(
  'method_not_allowed',
  'method_not_allowed',
  'This address does not answer to that method.',
)
export const PayloadTooLarge = defineFault('payload_too_large', 'too_large', 'The body is too large.')
export const UnsupportedMediaType = defineFault(
  'unsupported_media_type',
  'unsupported_media',
  'Send the body as application/json, not compressed.',
)
export const RequestTimeout = defineFault('request_timeout', 'slow', 'The body came too slowly.')
export const RateLimited = defineFault('rate_limited', 'exhausted', 'Too many requests. Wait a moment and try again.')
export const IdempotencyConflict = defineFault(
  'idempotency_conflict',
  'conflict',
  'That Idempotency-Key was used with another request.',
)
export const Unavailable = defineFault('unavailable', 'unavailable', 'Not available right now. Try again shortly.')
export const InternalError = defineFault('internal_error', 'internal', 'Something went wrong on our side.')

/** An error as a fault: itself when it is one, else `InternalError`, which tells nothing. */
export function asFault(error: unknown): Fault {
  return error instanceof Fault ? error : InternalError()
}

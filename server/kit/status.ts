import type { FaultKind } from './fault.ts'

/** What each kind of refusal usually is in HTTP (RFC 9110); a surface that says it otherwise names what differs. */
export const USUAL_STATUS: Readonly<Record<FaultKind, number>> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  method_not_allowed: 405,
  slow: 408,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported_media: 415,
  range: 416,
  invalid: 422,
  exhausted: 429,
  internal: 500,
  upstream: 502,
  unavailable: 503,
}

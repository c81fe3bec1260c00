import { z } from 'zod'
import type { RenderedFault } from '#kit/endpoint'
import type { Fault, FaultKind } from '#kit/fault'

/** The one shape of every answer that is not a success. */
export const ErrorSchema = z
  .object({
    error: z.object({
      code: z.string().describe('A stable machine word: switch on this.'),
      message: z.string().describe('A sentence for people.'),
      fields: z
        .record(z.string(), z.string())
        .describe('What is wrong with which field; empty when it is not about fields.'),
    }),
  })
  .meta({ id: 'Error' })

const STATUS: Readonly<Record<FaultKind, number>> = {
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

/** Write a fault in the envelope. */
export function renderFault(fault: Fault): RenderedFault {
  const { type, retryAfterSeconds } = fault
  return {
    status: STATUS[type.kind],
    headers: {
      ...(type.code === 'unauthorized' ? { 'WWW-Authenticate': 'Bearer' } : {}),
      ...(type.kind === 'range' ? { 'Content-Range': `bytes */${fault.details.size}` } : {}),
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    },
    body: { error: { code: type.code, message: fault.message, fields: fault.fields } },
  }
}

import { z } from 'zod'
import type { RenderedFault } from '#kit/endpoint'
import type { Fault } from '#kit/fault'
import { USUAL_STATUS } from '#kit/status'

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

/** Write a fault in the envelope. */
export function renderFault(fault: Fault): RenderedFault {
  const { type, retryAfterSeconds } = fault
  return {
    status: USUAL_STATUS[type.kind],
    headers: {
      ...(type.code === 'unauthorized' ? { 'WWW-Authenticate': 'Bearer' } : {}),
      ...(type.kind === 'range' ? { 'Content-Range': `bytes */${fault.details.size}` } : {}),
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    },
    body: { error: { code: type.code, message: fault.message, fields: fault.fields } },
  }
}

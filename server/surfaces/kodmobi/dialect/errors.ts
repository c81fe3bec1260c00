import { z } from 'zod'
import type { Refused, RenderedFault } from '#kit/endpoint'
import { type Fault, ValidationFailed } from '#kit/fault'
import { isBare } from './families.ts'
import { languageOf } from './language.ts'
import { refusalOf, STATUS } from './refusals.ts'
import { sentence } from './says.ts'

/** The one shape of every answer that is not a success. */
export const ErrorSchema = z
  .object({
    success: z.literal(false).optional().describe('Only where answers come in an envelope.'),
    error: z.string().describe('A sentence for people, in the language that was asked for.'),
    error_params: z
      .object({
        timeout: z.int().optional().describe('Seconds until it makes sense to try again.'),
        count: z.int().optional().describe('How many tries are left.'),
        link: z.string().optional().describe('Where the user opens the channel.'),
      })
      .describe('What the sentence is about.'),
    status: z.int().describe('The HTTP status once more.'),
    sys_message: z.string().describe('A stable machine word: switch on this.'),
    errors: z
      .record(z.string(), z.array(z.string()))
      .optional()
      .describe('What is wrong with which field; only when it is about fields.'),
  })
  .meta({ id: 'Error' })

/** Write a fault in the envelope, or bare where the family has none, in the language of the request. */
export function renderFault(fault: Fault, refused?: Refused): RenderedFault {
  const language = languageOf(refused)
  const { type, fields, retryAfterSeconds, details } = fault
  const { sysMessage, says } = refusalOf(type)
  const status = STATUS[type.kind]
  const bare = isBare(refused?.path ?? '')
  const errors = Object.entries(fields).map(([name, english]): [string, [string]] => [
    // The domain knows who is asked as a phone; the newer families ask for `to`, which may be more.
    bare && name === 'phone' ? 'to' : name,
    [sentence(english, language)],
  ])
  return {
    status,
    headers: retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) },
    body: {
      ...(bare ? {} : { success: false }),
      // Of a form that does not fit, the first complaint says more than that there is one.
      error: (type === ValidationFailed && errors[0]?.[1][0]) || says[language],
      error_params: {
        ...(retryAfterSeconds === undefined ? {} : { timeout: retryAfterSeconds }),
        ...(typeof details.count === 'number' ? { count: details.count } : {}),
        ...(typeof details.link === 'string' ? { link: details.link } : {}),
      },
      status,
      sys_message: sysMessage,
      ...(errors.length > 0 ? { errors: Object.fromEntries(errors) } : {}),
    },
  }
}

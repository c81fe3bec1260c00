import { z } from 'zod'

/** Who has proven an address. */
export const PersonSchema = z
  .object({
    phone: z.string().nullable().describe('Digits with the country, without `+`; null when it is an e-mail address.'),
    email: z.string().nullable(),
    to: z.string().describe('The address as codes are sent to it.'),
    is_test: z.boolean(),
  })
  .meta({ id: 'Person' })

/** Write who has proven an address. */
export function presentPerson({
  destination,
  kind,
  isTest,
}: {
  readonly destination: string
  readonly kind: 'phone' | 'email'
  readonly isTest: boolean
}): z.output<typeof PersonSchema> {
  return {
    phone: kind === 'phone' ? destination.slice(1) : null,
    email: kind === 'email' ? destination : null,
    to: destination,
    is_test: isTest,
  }
}

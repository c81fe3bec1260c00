import { z } from 'zod'
import { RULES } from '#domain/statuses'

/** What a person says, in a body: characters are counted as people see them in most scripts, by code point. */
export const StatusBodySchema = z
  .string()
  .trim()
  .refine((body) => body !== '' && [...body].length <= RULES.mostCharacters, {
    error: `Send 1 to ${RULES.mostCharacters} characters.`,
  })
  .meta({ minLength: 1, maxLength: RULES.mostCharacters })

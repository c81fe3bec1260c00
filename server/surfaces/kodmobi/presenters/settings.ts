import { z } from 'zod'
import type { Realm } from '#domain/realms'
import type { Language } from '../dialect/language.ts'

/** What a page needs to know of a project. */
export const SettingsSchema = z
  .object({
    language: z.enum(['en', 'ru']),
    project: z.object({ name: z.string() }),
    code: z.object({ length: z.int(), digits: z.boolean(), letters: z.boolean() }),
    challenge: z.object({
      enabled: z.boolean(),
      api_key: z.string().nullable().describe('The key that the page shows the challenge with.'),
    }),
  })
  .meta({ id: 'Settings' })

/** Write what a page needs to know; of the languages of the project the one that is wanted, else its first. */
export function presentSettings({ name, settings }: Realm, wanted: Language | null): z.output<typeof SettingsSchema> {
  const { languages, codeLength, challenge } = settings
  return {
    language: languages.find((language) => language === wanted) ?? languages[0] ?? 'en',
    project: { name },
    code: { length: codeLength, digits: true, letters: false },
    challenge: { enabled: challenge !== null, api_key: challenge?.siteKey ?? null },
  }
}

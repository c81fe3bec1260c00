import { z } from 'zod'
import { type Challenge, LANGUAGES, type Wording } from './model.ts'

/** What a realm puts with its codes for those who word them. */
const Told = z.object({ project: z.string(), language: z.enum(LANGUAGES) })

/** What is said beside a code: a realm's name and language; this deployment's own codes are in English. */
export function wordingOf({ realmId, payload, sentAt, createdAt, expiresAt }: Challenge): Wording {
  const liveSeconds = Math.round((expiresAt.getTime() - (sentAt ?? createdAt).getTime()) / 1000)
  if (realmId === null) return { project: null, language: 'en', liveSeconds }
  return { ...Told.parse(payload), liveSeconds }
}

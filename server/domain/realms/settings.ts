import { z } from 'zod'
import { isCountry } from '#domain/phones'
import { CHANNELS, LANGUAGES } from '#domain/verification'
import { ValidationFailed } from '#kit/fault'
import type { RealmSettings } from './model.ts'

/** An absolute web address. */
const WebAddress = z.url({ protocol: /^https?$/ }).max(2000)

const count = (least: number, most: number, usual: number) => z.int().min(least).max(most).default(usual)

/** The numbers, each with what holds when nothing is said. */
const Rules = z.object({
  liveSeconds: count(30, 3600, 180),
  tries: count(1, 10, 3),
  sessionsPerHour: count(1, 100, 5),
  resendSeconds: count(5, 3600, 60),
  sendsPerHour: count(1, 100, 15),
  spentToBlock: count(1, 100, 3),
  blockSeconds: count(60, 86_400, 3600),
  paidSendsPerHour: count(0, 1_000_000, 1000),
})

/** Settings as they are kept: what is not said is the default of today. */
const Settings = z.object({
  channels: z
    .array(z.enum(CHANNELS))
    .default(['whatsapp', 'telegram', 'sms', 'email'])
    .refine((channels) => new Set(channels).size === channels.length, 'Name each channel once.'),
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'Countries are two capital letters.'))
    .min(1)
    .default(['RU']),
  codeLength: z.union([z.literal(4), z.literal(5), z.literal(6)]).default(4),
  languages: z.array(z.enum(LANGUAGES)).min(1).default(['en', 'ru']),
  takesPlainCodes: z.boolean().default(true),
  rules: Rules.prefault({}),
  callbackUrl: WebAddress.nullable().default(null),
  challenge: z
    .object({
      kind: z.literal('turnstile'),
      siteKey: z.string().min(1).max(200),
      verifyUrl: WebAddress,
      secretSealed: z.string(),
    })
    .nullable()
    .default(null),
})

/** What may be said of settings; the rest is as it is by default. */
export type WantedSettings = z.input<typeof Settings>

/** Read settings that somebody chooses. Throws `ValidationFailed`. */
export function chosenSettings(said: unknown): RealmSettings {
  const settings = readSettings(said)
  const unknown = settings.countries.filter((code) => !isCountry(code))
  if (unknown.length === 0) return settings
  throw ValidationFailed({
    fields: { countries: `No country has phones under ${unknown.join(', ')}: send ISO 3166-1.` },
  })
}

/** Read settings as they are kept, and add what they do not say. Throws `ValidationFailed`. */
export function readSettings(said: unknown): RealmSettings {
  const read = Settings.safeParse(said)
  if (read.success) return read.data
  const fields = read.error.issues.map(({ path, message }) => [path.join('.'), message] as const)
  throw ValidationFailed({ fields: Object.fromEntries(fields) })
}

/** A name that cannot be mistaken for a number. Throws `ValidationFailed`. */
export function readName(said: string): string {
  const name = said.trim()
  if (/^(?=.*\p{L})[^\p{C}]{1,60}$/u.test(name)) return name
  throw ValidationFailed({ fields: { name: 'A project has a name of 1 to 60 characters, a letter among them.' } })
}

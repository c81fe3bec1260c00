import type { Realm, RealmSettings } from '#domain/realms'
import type { Challenge, Channel, Language, Policy } from '#domain/verification'

/** What a destination is. */
export type Kind = 'phone' | 'email'

/** Somebody is asked by a realm for a code. */
export interface CodeSession {
  /** A UUIDv7; on the wire the ULID of the same 128 bits. */
  readonly id: string
  readonly realmId: string
  /** An E.164 number or an e-mail address. */
  readonly destination: string
  readonly kind: Kind
  /** How the newest code went; null before the first. */
  readonly sentTo: Channel | null
  /** It lives so long; each code that is sent gives it its whole time anew. */
  readonly expiresAt: Date
  /** Whether the newest code is only tried out: it was not sent. */
  readonly isTest: boolean
  readonly language: Language
}

/** How a channel stands for whoever is asked. */
export interface ChannelState {
  readonly type: Channel
  /** Whether it reaches them: Telegram does once they have shared their contact with the bot, texts until they say STOP. */
  readonly isActive: boolean
  /** How long until it may send (again). */
  readonly timeoutSeconds: number
  /** Where they make it active; null where there is nothing to do. */
  readonly link: string | null
  /** Its place in the realm's order, from 1. */
  readonly position: number
}

/** How far a message has come that a realm sends and checks itself. */
export type ManualStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'failed'

/** A message that a realm sends and checks itself. */
export interface ManualMessage {
  readonly no: number
  readonly channel: Channel
  readonly status: ManualStatus
  readonly error: string | null
  /** The code, encrypted with the realm's secret key as `readCode` reads it; only when it has just been made. */
  readonly code: string | null
}

/** The engine's rules as a realm has set them. */
export function policyOf({ settings }: Realm): Policy {
  const { rules, codeLength, countries } = settings
  const seconds = rules.resendSeconds
  return {
    digits: codeLength,
    liveSeconds: rules.liveSeconds,
    tries: rules.tries,
    resendSeconds: { sms: seconds, email: seconds, voice: seconds, whatsapp: seconds, telegram: seconds },
    isSpacedByChannel: true,
    budgets: [{ sends: rules.sendsPerHour, seconds: 3600 }],
    countries: new Set(countries),
  }
}

/** What a realm puts with a challenge. */
export interface Told {
  readonly project: string
  readonly language: Language
  readonly isTest: boolean
}

export function payloadOf({ project, language, isTest }: Told): Challenge['payload'] {
  return { project, language, is_test: isTest }
}

export function kindOf(destination: string): Kind {
  return destination.startsWith('+') ? 'phone' : 'email'
}

/** A realm's challenge as a session. */
export function sessionOf(realm: Realm, challenge: Challenge): CodeSession {
  const { id, destination, channel, expiresAt, payload } = challenge
  return {
    id,
    realmId: realm.id,
    destination,
    kind: kindOf(destination),
    sentTo: channel,
    expiresAt,
    isTest: payload.is_test === true,
    language: languageOf(realm.settings, String(payload.language)),
  }
}

/** The language that somebody asks for, when the realm has it; else its first. */
export function languageOf({ languages }: RealmSettings, wanted: string | null | undefined): Language {
  return languages.find((language) => language === wanted) ?? languages[0] ?? 'en'
}

import type { Channel, Language } from '#domain/verification'

/** A project: whose users are sent codes, and by which rules. */
export interface Realm {
  readonly id: string
  readonly no: number
  readonly name: string
  /** Shown in pages and apps; lets ask for codes and compare them. */
  readonly publicKey: string
  readonly settings: RealmSettings
  readonly isDisabled: boolean
}

/** What whoever runs the project may choose. */
export interface RealmSettings {
  /** In order of preference. */
  readonly channels: readonly Channel[]
  /** Countries whose phones get codes, ISO 3166-1 alpha-2. */
  readonly countries: readonly string[]
  readonly codeLength: 4 | 5 | 6
  /** The first is that of those who name none. */
  readonly languages: readonly Language[]
  /** Whether whoever holds only the public key may choose a code in plain text; the secret key may always. */
  readonly takesPlainCodes: boolean
  readonly rules: RealmRules
  /** Where it is told what became of messages that name no address of their own. */
  readonly callbackUrl: string | null
  readonly challenge: Challenge | null
}

/** The numbers by which sessions go. */
export interface RealmRules {
  /** How long a session lives after its last code. */
  readonly liveSeconds: number
  /** So many wrong codes spend a session. */
  readonly tries: number
  readonly sessionsPerHour: number
  /** How long a channel waits after a code. */
  readonly resendSeconds: number
  /** So many codes in an hour to one address, by all channels together. */
  readonly sendsPerHour: number
  /** So many spent sessions within an hour block an address. */
  readonly spentToBlock: number
  readonly blockSeconds: number
  /** So many codes by channels that cost money in one hour of the clock, to all addresses together. */
  readonly paidSendsPerHour: number
}

/** What browsers must pass before a code is sent: something that speaks as Cloudflare's Turnstile does. */
export interface Challenge {
  readonly kind: 'turnstile'
  readonly siteKey: string
  /** Where answers are checked, for example `https://challenges.cloudflare.com/turnstile/v0/siteverify`. */
  readonly verifyUrl: string
  /** Sealed; `challengeSecret` opens it. */
  readonly secretSealed: string
}

/** A realm with the only sight of its secret key. */
export interface NewRealm {
  readonly realm: Realm
  readonly publicKey: string
  readonly secretKey: string
}

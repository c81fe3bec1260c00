/**
 * What a code proves. `project`: whatever a realm asks for; `manual`: nothing to us, the realm sends and compares it
 * itself; all others are this deployment's own.
 */
export type Purpose =
  | 'register'
  | 'login'
  | 'mobile'
  | 'reset'
  | 'email'
  | 'departure'
  | 'follow'
  | 'project'
  | 'manual'

/** How a code travels. */
export const CHANNELS = ['sms', 'email', 'voice', 'whatsapp', 'telegram'] as const
export type Channel = (typeof CHANNELS)[number]

/** Channels that reach a phone and cost money with each code. */
export const PAID_CHANNELS: ReadonlySet<Channel> = new Set<Channel>(['sms', 'voice', 'whatsapp'])

/** A language in which a code is sent. */
export const LANGUAGES = ['en', 'ru'] as const
export type Language = (typeof LANGUAGES)[number]

/** A question that a code answers: does this person hold this address? */
export interface Challenge {
  readonly id: string
  readonly purpose: Purpose
  /** Who is asked; at most one open challenge for each purpose and subject. */
  readonly subject: string
  /** The realm that asks; null: this deployment itself. */
  readonly realmId: string | null
  /** How the newest code went; null before the first. */
  readonly channel: Channel | null
  /** An E.164 number or an e-mail address. */
  readonly destination: string
  /** What the asker wants back when the code fits. */
  readonly payload: Readonly<Record<string, unknown>>
  /** `passed`: the code came back; `burnt`: too many wrong ones did; `replaced`: another took its place. */
  readonly state: 'open' | 'passed' | 'burnt' | 'replaced'
  readonly sends: number
  readonly createdAt: Date
  readonly sentAt: Date | null
  readonly expiresAt: Date
  /** When another code may be sent. */
  readonly resendAt: Date
}

/**
 * How a code is judged when pumping is looked for. `answer`: by whether it comes back; `count`: whoever asked for it knew it,
 * so its coming back proves nothing; `nobody`: whoever had it sent compares it and answers for it.
 */
export type Judged = 'answer' | 'count' | 'nobody'

/** A code on its way out. */
export interface CodeMessage {
  readonly destination: string
  readonly channel: Channel
  readonly purpose: Purpose
  readonly code: string
  /** What the asker has put with it. */
  readonly payload: Challenge['payload']
  readonly wording: Wording
}

/** What a code says of itself. */
export interface Wording {
  /** Whose code it is; null: this deployment's own. */
  readonly project: string | null
  readonly language: Language
  /** For how long the code works from when it was asked for. */
  readonly liveSeconds: number
}

/** What a link does for whoever opens it. */
export type LinkPurpose = 'magic' | 'reset'

/** A link that works once, for the person who holds an address. */
export interface Link {
  readonly id: string
  readonly purpose: LinkPurpose
  readonly userId: string
  readonly channel: 'email' | 'sms'
  readonly destination: string
  readonly expiresAt: Date
}

/** A link on its way out. */
export interface LinkMessage {
  readonly purpose: LinkPurpose
  readonly destination: string
  readonly url: string
}

/** By which rules codes are made, sent and compared. Whoever asks for a code hands its own in. */
export interface Policy {
  readonly digits: number
  /** How long a code works; each code that is sent works that long anew. */
  readonly liveSeconds: number
  /** So many wrong codes in all burn a challenge, however many codes are sent for it. */
  readonly tries: number
  /** How long a channel waits after a code. */
  readonly resendSeconds: Readonly<Record<Channel, number>>
  /** Whether a channel waits for the codes that went by itself, or for all. */
  readonly isSpacedByChannel: boolean
  /** So many codes at most, in so many seconds, to one address or for one subject. Newest first, the longest a day. */
  readonly budgets: readonly { readonly sends: number; readonly seconds: number }[]
  /** Countries whose phones get codes, ISO 3166-1 alpha-2; null: those that this deployment calls and texts. */
  readonly countries: ReadonlySet<string> | null
}

/** This deployment's own codes: six digits, ten minutes, five tries; another after 30 s by mail and 60 s by phone. */
export const OWN: Policy = {
  digits: 6,
  liveSeconds: 600,
  tries: 5,
  resendSeconds: { email: 30, sms: 60, voice: 60, whatsapp: 60, telegram: 60 },
  isSpacedByChannel: false,
  budgets: [
    { sends: 5, seconds: 3600 },
    { sends: 10, seconds: 86_400 },
  ],
  countries: null,
}

/**
 * What holds for all codes that cost money, whoever asks for them: phones that differ in the last four digits only share
 * a budget, and at least a fifth of the codes that went to them must have come back. Of codes that whoever asked for them
 * knew, which come back whenever they want, there are so many and no more.
 */
export const PREFIX_RULES = {
  perHour: 60,
  windowSeconds: 12 * 3600,
  judgedAfterSeconds: 120,
  judgedFrom: 20,
  leastConversion: 0.2,
  knownPerWindow: 60,
} as const

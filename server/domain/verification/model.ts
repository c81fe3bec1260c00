/** What a code proves. */
export type Purpose = 'register' | 'login' | 'mobile' | 'reset' | 'email' | 'departure' | 'follow'

/** How a code travels. */
export type Channel = 'sms' | 'email' | 'voice'

/** A question that a code answers: does this person hold this address? */
export interface Challenge {
  readonly id: string
  readonly purpose: Purpose
  /** Who is asked; at most one open challenge for each purpose and subject. */
  readonly subject: string
  readonly channel: Channel
  /** An E.164 number or an e-mail address. */
  readonly destination: string
  /** What the asker wants back when the code fits. */
  readonly payload: Readonly<Record<string, unknown>>
  readonly sends: number
  readonly sentAt: Date
  readonly expiresAt: Date
  /** When another code may be sent. */
  readonly resendAt: Date
}

/** A code on its way out. */
export interface CodeMessage {
  readonly destination: string
  readonly channel: Channel
  readonly purpose: Purpose
  readonly code: string
  /** What the asker has put with it. */
  readonly payload: Challenge['payload']
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

/**
 * Six digits, ten minutes, five tries; another code after 30 s by mail and 60 s by phone. Phones that differ in the
 * last four digits only share a budget, and at least a fifth of the codes that went to them must have come back.
 */
export const RULES = {
  digits: 6,
  liveSeconds: 600,
  tries: 5,
  resendSeconds: { email: 30, sms: 60, voice: 60 },
  sendsPerHour: 5,
  sendsPerDay: 10,
  prefix: { perHour: 60, windowSeconds: 12 * 3600, judgedAfterSeconds: 120, judgedFrom: 20, leastConversion: 0.2 },
} as const

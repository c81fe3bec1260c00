import type { Limits, Plan } from '#domain/billing'

/** What a person has chosen. */
export interface Settings {
  readonly smsInbox: boolean
  readonly smsFeed: boolean
  /** Local times `HH:MM` between which feed texts are held back. */
  readonly quietHours: { readonly start: string; readonly end: string } | null
  /** Whether the phone may ring on account of a tag, one's own or a followed one. */
  readonly ringForTags: boolean
  readonly voicemailGreetingFileId: string | null
  /** Ids of people who may not call. */
  readonly blocked: readonly string[]
}

/** A person with an account. */
export interface User {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly bio: string | null
  /** Where their picture is had without a token; another picture has another address. */
  readonly avatarUrl: string | null
  readonly email: string | null
  readonly emailVerifiedAt: Date | null
  /** Another address that waits for its code while the one before goes on working. */
  readonly pendingEmail: string | null
  /** E.164; unverified while `mobileVerifiedAt` is null. */
  readonly mobile: string | null
  readonly mobileVerifiedAt: Date | null
  /** A new number that waits for its code while the old one goes on working. */
  readonly pendingMobile: string | null
  readonly timezone: string
  readonly locale: string
  readonly settings: Settings
  readonly plan: Plan
  /** What was agreed with this account beyond its plan. */
  readonly limits: Partial<Limits>
  /** When the months of a paid plan began; null while they are those of the calendar. */
  readonly monthsFrom: Date | null
  readonly suspendedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What a new account is made of; names are free, addresses checked. */
export interface NewAccount {
  readonly username: string
  readonly passwordHash: string
  readonly name: string
  readonly email: string | null
  readonly emailVerified: boolean
  readonly mobile: string | null
  readonly mobileVerified: boolean
  readonly timezone: string
}

/** What a person may change about their profile; absent keys stay as they are. */
export interface ProfileChanges {
  readonly name?: string
  readonly bio?: string | null
  readonly timezone?: string
  readonly locale?: string
  readonly settings?: Partial<Settings>
}

/** What stands between a person and the rest of the product. */
export interface Gate {
  readonly state: 'ok' | 'mobile_required' | 'mobile_unverified' | 'suspended'
  readonly mobileSet: boolean
  readonly mobileVerified: boolean
  readonly emailVerified: boolean
}

/** The gate a person stands at. */
export function gateOf(user: User): Gate {
  const mobileVerified = user.mobileVerifiedAt !== null
  const state = user.suspendedAt
    ? 'suspended'
    : mobileVerified
      ? 'ok'
      : user.mobile === null
        ? 'mobile_required'
        : 'mobile_unverified'
  return { state, mobileSet: user.mobile !== null, mobileVerified, emailVerified: user.emailVerifiedAt !== null }
}

import type { User } from '#domain/accounts'
import type { Ktag } from '#domain/tags'

/**
 * What has become of an invite: `pending` waits until something may be sent to its address, `sent` is on its way or
 * there, `failed` could not be delivered (its link works all the same), the others are ends.
 */
export const INVITE_STATES = ['pending', 'sent', 'failed', 'accepted', 'revoked', 'expired'] as const
export type InviteState = (typeof INVITE_STATES)[number]

/** An invite only moves to a higher rank: a failure that is told of late takes nobody back who has come. */
export const RANK: Readonly<Record<InviteState, number>> = {
  pending: 0,
  sent: 1,
  failed: 2,
  accepted: 3,
  revoked: 3,
  expired: 3,
}

/** The rank from which on the link of an invite is dead. */
export const CLOSED = RANK.accepted

/** Where an invite goes: an E.164 number, or an e-mail address in lower case. */
export interface Address {
  readonly channel: 'sms' | 'email'
  readonly address: string
}

/** Somebody asks somebody else to join, or to follow a tag of theirs. */
export interface Invite extends Address {
  readonly id: string
  readonly inviterId: string
  /** Counts up from 1 for each inviter; what commands call the invite by. */
  readonly number: number
  /** What the inviter calls the invited; nobody else sees it. */
  readonly name: string | null
  readonly message: string | null
  /** The tag to follow; it may be gone since. */
  readonly ktagId: string | null
  readonly state: InviteState
  /** Sealed: who has the code may accept the invite. */
  readonly codeSealed: string
  readonly acceptedAt: Date | null
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** An invite with the people and the tag that it is about. */
export interface InviteDetail {
  readonly invite: Invite
  readonly inviter: User
  readonly ktag: Ktag | null
  /** What stands in its link; null when no secret of ours opens it any more. The link itself works all the same. */
  readonly code: string | null
}

/** Whom to invite. */
export type Invited = { readonly mobile: string } | { readonly email: string } | { readonly contactId: string }

/** An invite as its sender wants it. */
export interface WantedInvite {
  readonly invited: Invited
  readonly name: string | null
  readonly message: string | null
  readonly ktagId: string | null
}

/** Which invites are looked for: those that a person has sent, or those to an address of theirs. */
export interface InviteFilter {
  readonly direction: 'sent' | 'received'
  readonly state?: InviteState | undefined
}

/**
 * An invite lives as long as its address is kept from other invites: when one is over the next may come. Codes are 22
 * characters of base62, 131 random bits. Ended invites are forgotten after a quarter of a year.
 */
export const RULES = { liveSeconds: 30 * 86_400, codeLength: 22, keptSeconds: 90 * 86_400 } as const

/** So many invites one person may send in so many seconds, whatever way they take. */
export const PACE = [
  { most: 10, seconds: 3600 },
  { most: 50, seconds: 86_400 },
] as const

/** The code of an invite is sealed for this. */
export const SEAL = 'invite'

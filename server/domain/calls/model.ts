import type { User } from '#domain/accounts'
import type { Ktag } from '#domain/tags'

/** Who may come in: only those who were dialled, or followers too. */
export type Privacy = 'private' | 'open'

/** A participant's way; what lies behind `joined` is an end. */
export const PARTICIPANT_STATUSES = [
  'queued',
  'dialing',
  'ringing',
  'screening',
  'joined',
  'declined',
  'busy',
  'no_answer',
  'failed',
  'left',
] as const
export type ParticipantStatus = (typeof PARTICIPANT_STATUSES)[number]

/**
 * The carrier's words come late, twice and out of order: a participant only ever moves to a higher rank, so none of
 * that can move anybody back.
 */
export const RANK: Readonly<Record<ParticipantStatus, number>> = {
  queued: 0,
  dialing: 1,
  ringing: 2,
  screening: 3,
  joined: 4,
  declined: 5,
  busy: 5,
  no_answer: 5,
  failed: 5,
  left: 5,
}

/** Whether nothing more can happen to a participant. */
export function isOver(status: ParticipantStatus): boolean {
  return RANK[status] === 5
}

/** A conference that one person hosts. */
export interface Call {
  readonly id: string
  readonly hostId: string
  readonly kind: 'direct' | 'group' | 'ktag' | 'grid'
  /** The one group that was called, while it exists. */
  readonly groupId: string | null
  readonly status: 'dialing' | 'in_progress' | 'ended'
  readonly privacy: Privacy
  readonly title: string | null
  /** With it, followers may dial in while the call is open. */
  readonly pin: string | null
  /** The host included. */
  readonly maxParticipants: number
  readonly maxSeconds: number
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly endsBy: Date | null
  readonly endedAt: Date | null
  readonly endReason: string | null
}

/** One phone on a call. */
export interface Participant {
  readonly id: string
  readonly callId: string
  readonly role: 'host' | 'guest'
  readonly contactId: string | null
  readonly userId: string | null
  readonly name: string | null
  /** E.164; shown to others only as the surface's rule on numbers allows. */
  readonly phone: string
  readonly status: ParticipantStatus
  readonly muted: boolean
  readonly gridPosition: number | null
  readonly reason: string | null
  readonly sipCode: number | null
  readonly carrierCallId: string | null
  readonly legSecret: string
  readonly joinedAt: Date | null
  readonly leftAt: Date | null
}

/** A call with everyone on it and the person who hosts it. */
export interface CallDetail {
  readonly call: Call
  readonly host: User
  readonly hostKtag: Ktag | null
  /** The host first, then in the order in which they were added. */
  readonly participants: readonly Participant[]
}

/** Somebody to be called. */
export type Callee = { readonly contactId: string } | { readonly mobile: string; readonly name?: string }

/** Everybody in a group who has a mobile. */
export interface CalledGroup {
  readonly groupId: string
}

/** A call as its host wants it. */
export interface WantedCall {
  readonly callees: readonly (Callee | CalledGroup)[]
  readonly title: string | null
  readonly privacy: Privacy
}

/** What is settled about a call before anybody is on it. */
export type CallTerms = Pick<Call, 'kind' | 'groupId' | 'title' | 'privacy'>

/** How long phones ring and how long a person may take. */
export const RULES = {
  hostRingSeconds: 25,
  guestRingSeconds: 25,
  /** From dialling until a leg without any end is given up: ringing, the carrier's delay, and the prompt. */
  legGivesUpSeconds: 120,
  /** From the start until a call whose host has not pressed 1 ends. */
  hostGivesUpSeconds: 120,
  /** So many people who refused a caller's calls make a number that nobody may call. */
  refusalsForDoNotCall: 3,
} as const

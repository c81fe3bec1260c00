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
  /** The tag that was called, when nothing else was. */
  readonly ktagId: string | null
  readonly status: 'dialing' | 'in_progress' | 'ended'
  readonly privacy: Privacy
  readonly title: string | null
  /** With it, followers may dial in while the call is open. */
  readonly pin: string | null
  /** The host included. */
  readonly maxParticipants: number
  readonly maxSeconds: number
  /** Guests who join are muted, until the host lets them speak. */
  readonly muteOnJoin: boolean
  readonly createdAt: Date
  readonly startedAt: Date | null
  /** When it ends whatever happens: after the longest time of the plan, or as the month's minutes run out. */
  readonly endsBy: Date | null
  readonly endedAt: Date | null
  readonly endReason: string | null
}

/** One phone on a call. Rung again or come back, it is the same participant in another attempt. */
export interface Participant {
  readonly id: string
  readonly callId: string
  readonly role: 'host' | 'guest'
  readonly contactId: string | null
  readonly userId: string | null
  /** The tag by which they were called. */
  readonly ktagId: string | null
  readonly name: string | null
  /** E.164; shown to others only as the surface's rule on numbers allows. */
  readonly phone: string
  readonly status: ParticipantStatus
  readonly muted: boolean
  /** Muted by the host: only the host may undo it. */
  readonly mutedByHost: boolean
  readonly onHold: boolean
  /** Put out by the host: they do not come back by themselves. */
  readonly isRemoved: boolean
  /** The host has called them; else they have come by themselves, while the call was open. */
  readonly isInvited: boolean
  readonly gridPosition: number | null
  readonly reason: string | null
  readonly sipCode: number | null
  /** Counts from 1; each attempt has a leg of its own. */
  readonly attempt: number
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
  /** The tag that was called. */
  readonly ktag: Ktag | null
  /** The host first, then in the order in which they were added. */
  readonly participants: readonly Participant[]
  /** How long it takes until the carrier begins to ring those who wait for that, in seconds, by participant. */
  readonly queueSeconds: ReadonlyMap<string, number>
}

/** Somebody to be called; a tag by its name, in lower case and without its `*`. */
export type Callee =
  | { readonly contactId: string }
  | { readonly ktag: string }
  | { readonly mobile: string; readonly name?: string }

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
export type CallTerms = Pick<Call, 'kind' | 'groupId' | 'ktagId' | 'title' | 'privacy'>

/** How long phones ring and how long a person may take. */
export const RULES = {
  hostRingSeconds: 25,
  guestRingSeconds: 25,
  /** From dialling until a leg without any end is given up: ringing, the carrier's delay, and the prompt. */
  legGivesUpSeconds: 120,
  /** From the moment at which a host's phone begins to be rung until a call whose host has not pressed 1 ends. */
  hostGivesUpSeconds: 120,
  /** From the start until a call whose host's phone could not even be rung ends: nobody expects that call any more. */
  hostWaitsSeconds: 300,
  /** The most a conference holds, its host included (Twilio: `maxParticipants` of 250; there is no way to more). */
  mostOnCall: 250,
  /** Countries whose phones a host may have rung in a day. */
  countriesPerDay: 5,
  /** So many people who refused a caller's calls make a number that nobody may call. */
  refusalsForDoNotCall: 3,
  /** From when on those on a call are told that it is about to end. */
  warnedSeconds: 60,
  /** How long the carrier has for a mute or hold until it is told again. */
  controlRepeatSeconds: 5,
  /** Who speaks is told no more often than this. */
  speakersToldEverySeconds: 0.5,
  /** Wrong PINs after which no PIN of that phone, or of anybody, is looked at until the first is forgotten. */
  pinTriesPerPhone: 5,
  pinTriesOfAll: 100,
  pinTriesForgottenSeconds: 900,
} as const

/** The carrier is told to cut a leg a little after the call's own end, so that its limit never cuts a goodbye. */
export const CUT_AFTER_SECONDS = 60

/** The carrier's room of a call. */
export function roomOf(callId: string): string {
  return `call_${callId}`
}

/** The carrier's name of a participant's leg, with a secret part: other attempts have other names. */
export function legName({ id, legSecret }: Pick<Participant, 'id' | 'legSecret'>): string {
  return `${id}_${legSecret}`
}

import type { Ktag } from '#domain/tags'

/** What callers and owners may do, in seconds unless the name says otherwise. */
export const RULES = {
  /** Shorter recordings hold no message: somebody hung up at the tone. */
  shortestSeconds: 2,
  /** How often a caller may speak anew before what they said is taken as it is. */
  takes: 5,
  /** How long after a recording its caller may still take it back, unless they have said that it is to be sent. */
  settlesAfter: 45,
  /** The first pause before a sound is asked for again; they double. So many tries are about two days. */
  firstFetch: 5,
  soundTries: 60,
  /** When a transcript is looked up that nobody told us of; pauses double, and so many looks are 48 minutes. */
  firstLook: 180,
  transcriptTries: 5,
  /** How long a notice waits for the sound. */
  noticeWaits: 600,
  linkLives: 7 * 86_400,
  greetingSeconds: 60,
  /** How long a greeting waits for its owner to keep it. */
  offerLives: 900,
  /** How long a file stays that nobody needs. */
  fileLives: 86_400,
  ownerRings: 20,
  /** Ringing, the carrier's delay, and the question. */
  ringGivesUp: 90,
  /** How often one caller may have one owner's phone rung, and how often all callers together may. */
  ringBudgets: {
    ofCaller: [
      { rings: 3, perSeconds: 600 },
      { rings: 10, perSeconds: 86_400 },
    ],
    ofOwner: [{ rings: 20, perSeconds: 3600 }],
  },
} as const

/** Recordings that the carrier writes down: longer than two seconds, shorter than two minutes (Twilio, error 13617). */
export function canBeWrittenDown(seconds: number): boolean {
  return seconds > 2 && seconds < 120
}

/** Somebody who speaks after the tone on a call: for whom, or as a greeting of their own. */
export interface Visit {
  readonly carrierCallId: string
  readonly purpose: 'message' | 'greeting'
  /** E.164; null when it is hidden. */
  readonly fromPhone: string | null
  readonly ktagId: string
  readonly ownerId: string
  readonly beganAt: Date
}

/** What a caller is told at the mailbox of a tag. */
export interface Mailbox {
  readonly ktag: Ktag
  readonly ownerName: string
  /** Where the owner's recorded greeting plays for a while without a token; null: the standard words. */
  readonly greetingUrl: string | null
  readonly maxSeconds: number
  /** Whether what is said is to be written down. */
  readonly isTranscribed: boolean
}

/**
 * How far a recording has come. `offered`: a greeting that its owner has not kept yet. `wanted`: its sound is to be
 * fetched. `stored`: its sound is ours. `discarded`: dropped, taken back, or its message is gone. It only moves on.
 */
export type RecordingState = 'offered' | 'wanted' | 'stored' | 'discarded'

/** A recording at the carrier. */
export interface Recording {
  readonly recordingId: string
  readonly purpose: Visit['purpose']
  readonly ownerId: string
  readonly messageId: string | null
  readonly durationSeconds: number
  readonly state: RecordingState
  readonly fileId: string | null
  readonly transcript: 'pending' | 'ready' | 'absent'
  /** Its caller cannot take it back any more. */
  readonly isSettled: boolean
  /** From when its owner may be told by text; null when they have been, or are not to be. */
  readonly noticeDueAt: Date | null
  readonly heardAt: Date
}

/** What the carrier tells of a recording. */
export interface RecordingReport {
  readonly carrierCallId: string
  readonly recordingId: string
  readonly durationSeconds: number
}

/** An owner's phone that rings for a caller. */
export interface OwnerRing {
  readonly id: string
  readonly secret: string
  readonly carrierCallId: string
  readonly ktagId: string
  readonly ownerId: string
  readonly fromPhone: string | null
  /** The owner's verified mobile, and never another number. */
  readonly phone: string
  /** The number of ours that is shown to them. */
  readonly shownNumber: string
  readonly maxSeconds: number
  readonly takenAt: Date | null
  readonly overAt: Date | null
  readonly outcome: 'talked' | 'missed' | null
}

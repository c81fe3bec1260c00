/** What a turn is taken for: a participant's leg, a code that is read aloud, a visitor who is called back. */
export type Ring =
  | { readonly kind: 'leg'; readonly callId: string; readonly participantId: string }
  | { readonly kind: 'code'; readonly challengeId: string; readonly send: number }
  | { readonly kind: 'callback'; readonly callbackId: string }

/** A turn as it is asked for. */
export interface WantedTurn {
  /** Whose turn it takes, usually a user's id: owners take turns with each other. */
  readonly owner: string
  /** Goes before everything that is not: somebody waits for exactly this, and little else is of use before it. */
  readonly isUrgent: boolean
  readonly ring: Ring
  /** From when on it is of no use and takes no turn. */
  readonly expiresAt?: Date
}

/** A turn that was given out. */
export interface Turn {
  readonly id: string
  readonly owner: string
  readonly ring: Ring
}

/** How the queue stands. */
export interface Backlog {
  readonly waiting: number
  /** How long whoever waits longest has waited; 0 when nobody does. */
  readonly headSeconds: number
  /** Turns given out in each of the last ten seconds, on average. */
  readonly releasedPerSecond: number
  /** How far ahead the carrier's own queue reaches. */
  readonly carrierQueueSeconds: number
}

export const RULES = {
  /** A queue that is longer than this takes nobody more. */
  longestWaitSeconds: 1800,
  /** A last turn that lies further ahead than this was given by a clock that was set back since. */
  clockSkewSeconds: 60,
  /** Over how long the rate is measured. */
  rateWindowSeconds: 10,
} as const

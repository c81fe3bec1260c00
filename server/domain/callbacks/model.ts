/** Somebody without an account who has themselves called, in order to talk to the owner of a tag. */
export interface Callback {
  readonly id: string
  readonly secret: string
  /** The widget at which they asked. */
  readonly widgetId: string
  readonly ktagId: string
  readonly ownerId: string
  /** Where they are rung, E.164. */
  readonly phone: string
  /** The carrier cuts their leg after so long, whatever happens to us. */
  readonly maxSeconds: number
  /** When they have pressed 1. */
  readonly takenAt: Date | null
  readonly overAt: Date | null
}

/** What is asked for. */
export type NewCallback = Pick<Callback, 'widgetId' | 'ktagId' | 'ownerId' | 'phone'>

/** What it takes to ring somebody back. */
export interface Visitor {
  /** Names the leg in the carrier's addresses: opaque, with a secret part, `[A-Za-z0-9_-]`. */
  readonly name: string
  readonly phone: string
  readonly ringSeconds: number
  readonly maxSeconds: number
}

export const RULES = {
  /** Whoever has waited so long for their turn has gone. */
  waits: 120,
  rings: 25,
  /** The question to the visitor, and a message after the tone, beside the longest call. */
  aroundTheCall: 420,
  /** The carrier's delay, beside what something may last. */
  slack: 60,
  kept: 30 * 86_400,
} as const

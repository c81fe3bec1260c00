import type { HandsetScript } from './script.ts'

/** What listens to the person: a verb that takes keys or speech, or a conference. */
export interface Ear {
  readonly kind: 'gather' | 'record' | 'conference' | 'bridge'
  keys(keys: string): void
  speechStarted(text: string): void
  speechEnded(text: string): void
}

/** A call as the phone at its end sees it. */
export interface Leg {
  readonly sid: string
  readonly status: string
  readonly order: { readonly direction: string; readonly from: string; readonly to: string }
  readonly isOver: boolean
  /** Aborted when the call is over. */
  readonly over: AbortSignal
  /** What listens now. */
  readonly listening: Ear | null
  /** Resolve as soon as something of this kind listens; rejects with `Interrupted` when the signal is aborted. */
  whenListening(kinds: readonly Ear['kind'][], signal: AbortSignal): Promise<void>
  press(keys: string): void
  hangUp(): void
}

/** A text on its way to a phone. */
export interface TextOnTheAir {
  readonly sid: string
  readonly from: string
  readonly to: string
  readonly body: string
  readonly mediaUrls: readonly string[]
}

/** A phone as the network sees it. */
export interface Phone {
  /** Its number. */
  readonly phone: string
  /** What it will do when it is rung next. */
  readonly nextScript: HandsetScript
  /** The script for a call that begins to ring now. */
  takeScript(): HandsetScript
  addLeg(leg: Leg): void
  /** The phone was picked up: do what the script says next. */
  follow(leg: Leg, script: HandsetScript): void
  hear(leg: Leg, what: 'say' | 'play', words: string): void
  receive(text: TextOnTheAir): void
}

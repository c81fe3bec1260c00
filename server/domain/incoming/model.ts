import type { LimitName } from '#domain/commands'

/**
 * What was made of a text that came in: something was done or said (`taken`), it came too fast and was let pass, its phone
 * was told so (`warned`), its phone was told where to get an account (`shown_in`), nothing could be said (`silent`), or it
 * reached us too late (`late`) and its phone was told so (`late_told`).
 */
export type Outcome = 'taken' | 'too_fast' | 'warned' | 'shown_in' | 'silent' | 'late' | 'late_told'

/** Of what somebody may have used up their share: texts in a minute, a command's budget, people whom they text in an hour. */
export type Share = LimitName | 'texts' | 'recipients'

/** What is answered to a text, and what that makes of it. */
export interface Answer {
  readonly outcome: Outcome
  /** Null or empty for silence. */
  readonly reply: string | null
}

/** The numbers of this module. */
export const RULES = {
  /** So many texts of one phone are taken in so long. */
  most: 20,
  perSeconds: 60,
  /** What a phone without an account texts is done for so long: nothing of it rings. */
  lateSeconds: 900,
  /** Texts that reach us too late come together: their phone is told of them once in so long. */
  lateNoticeSeconds: 900,
  /** A phone without an account is told once in so long that it needs one. */
  noticeSeconds: 86_400,
  /** A phone without an account has so long to say that it means what it asked for. */
  questionSeconds: 86_400,
  /** An answer is so many texts at most. */
  mostSegments: 2,
  /** What was texted longer ago is forgotten: longer than the carrier's list is read back. */
  keptSeconds: 8 * 86_400,
} as const

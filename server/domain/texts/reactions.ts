import { secondsAfter } from '#kit/clock'

/** What we do when a text does not arrive. Error numbers: twilio.com/docs/api/errors. */

/** The phone has texted STOP. */
const OPTED_OUT = 21610
/** More than thirty replies to and fro, each within half a minute of the one before. */
const REPLY_LOOP = 14107
/** A queue was full; the phone was off or out of reach. Both pass. */
const PASSING: ReadonlySet<number> = new Set([30001, 30003])

/** How often a text is given to the carrier at most, whatever the reasons. */
const MOST_TRIES = 4
const RETRY_SECONDS = 300

/** A text that did not arrive. */
export interface Mishap {
  /** Null where we keep no word of it. */
  readonly body: string | null
  readonly attempt: number
  readonly expiresAt: Date | null
  /** What was wrong with the try before this one. */
  readonly lastErrorCode: number | null
}

export function isOptOut(errorCode: number | null): boolean {
  return errorCode === OPTED_OUT
}

export function isReplyLoop(errorCode: number | null): boolean {
  return errorCode === REPLY_LOOP
}

/** When to try a text again that the carrier reports as not arrived: once, after what passes; null for not at all. */
export function retryAt(now: Date, mishap: Mishap, errorCode: number | null): Date | null {
  if (!PASSING.has(errorCode ?? 0) || PASSING.has(mishap.lastErrorCode ?? 0)) return null
  return another(mishap, secondsAfter(now, RETRY_SECONDS))
}

/** When to try a text again that the carrier has never taken; null for not at all. */
export function resendAt(now: Date, mishap: Mishap): Date | null {
  return another(mishap, now)
}

/**
 * Codes and links are not sent again: whoever waits for one asks again, and what comes late is the wrong one by then.
 * What would be too old at its next try has had its last.
 */
function another({ body, attempt, expiresAt }: Mishap, at: Date): Date | null {
  if (body === null || attempt >= MOST_TRIES) return null
  return expiresAt === null || at < expiresAt ? at : null
}

import type { Batch } from '#kit/batch'
import type { Log } from '#kit/log'
import type { Metrics } from '#kit/metrics'
import type { Database } from '#kit/unit'
import type { LegReport } from '../leg-signals.ts'
import type { Caller } from '../visit-signals.ts'

/** What the routes work with. */
export interface WebhookContext {
  readonly database: Database
  readonly publicUrl: string
  readonly log: Log
  /** Told of each call on which somebody has begun or stopped to speak. */
  readonly speech: { changed(callId: string): void }
  readonly metrics: Metrics
  /** Takes reports of how far legs have come; false for one that was heard before. */
  readonly legReports: Batch<LegReport, boolean>
}

/** One signed request, taken apart. */
export interface SignedForm {
  readonly query: URLSearchParams
  readonly form: URLSearchParams
}

/** Answers with a document, or with nothing; `duplicate` is a report that was heard before. */
export type Route = (context: WebhookContext, signed: SignedForm) => Promise<string | 'heard' | 'duplicate'>

/**
 * What carriers put in place of a hidden number where only digits will do: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and
 * UNAVAILABLE, spelled on the keypad. None is a number that could be dialled.
 */
const SPELLED_WORDS = new Set(['+266696687', '+7378742833', '+2562533', '+8656696', '+86282452253'])

/**
 * Somebody on the line, as every voice request names them. Hidden numbers come as words. `StirVerstat` says what the
 * network knows of the number: only full attestation means that the caller may show it.
 * Source: twilio.com/docs/voice/trusted-calling-with-shakenstir.
 */
export function callerOf(form: URLSearchParams): Caller {
  const from = form.get('From') ?? ''
  const verdict = form.get('StirVerstat') ?? ''
  const isNumber = /^\+[1-9]\d{6,14}$/.test(from) && !SPELLED_WORDS.has(from)
  const isForged = /-Failed\b/.test(verdict)
  return {
    carrierCallId: form.get('CallSid') ?? '',
    phone: isNumber && !isForged ? from : null,
    isVouchedFor: verdict === 'TN-Validation-Passed-A',
    dialled: form.get('To') ?? '',
  }
}

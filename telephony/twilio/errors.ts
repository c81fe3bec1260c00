import { CarrierError, type CarrierFailure } from '../carrier.ts'

type Meaning = readonly [failure: CarrierFailure, sentence: string]

const NOT_VALID: Meaning = ['refused', 'That number is not valid.']
const CANNOT_BE_CALLED: Meaning = ['refused', 'That number cannot be called.']
const NO_CALLS_THERE: Meaning = ['refused', 'Calls to that country are not enabled.']
const NO_TEXTS_THERE: Meaning = ['refused', 'Texts to that country are not enabled.']
const NO_TEXTS: Meaning = ['refused', 'That number cannot receive texts.']
const PREFIX_BLOCKED: Meaning = ['refused', 'Numbers like that one are blocked for now.']
const OVERLOADED: Meaning = ['busy', 'The carrier has too much to do. Try again later.']
const SENDER_WRONG: Meaning = ['denied', 'The number we order from is not ours or not fit for this.']
const ORDER_WRONG: Meaning = ['denied', 'The order was not made as the carrier wants it.']
const LABEL_TAKEN: Meaning = ['refused', 'Somebody with that label is in the room already.']
const TOO_MANY_CODES: Meaning = ['busy', 'Too many codes for that number. Try again later.']
const NO_WHATSAPP: Meaning = ['refused', 'There is no WhatsApp at that number.']
const WEBHOOK_BROKEN: Meaning = ['denied', 'The carrier could not use what our webhook answered.']

/**
 * What Twilio's error numbers mean to us, both of refused orders and of later reports.
 * Source: twilio.com/docs/api/errors, as far as this project meets them.
 */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  10004: OVERLOADED,
  11100: WEBHOOK_BROKEN,
  11200: WEBHOOK_BROKEN,
  11205: WEBHOOK_BROKEN,
  12100: WEBHOOK_BROKEN,
  12200: WEBHOOK_BROKEN,
  12300: WEBHOOK_BROKEN,
  13224: CANNOT_BE_CALLED,
  13227: NO_CALLS_THERE,
  13240: ['not_found', 'The call to listen in on is not in the room.'],
  14107: ['refused', 'Texts went to and fro too quickly.'],
  16020: ['busy', 'The room is full.'],
  16021: OVERLOADED,
  16023: ORDER_WRONG,
  16024: ORDER_WRONG,
  16025: LABEL_TAKEN,
  16026: LABEL_TAKEN,
  20003: ['denied', 'The carrier does not accept our credentials.'],
  20404: ['not_found', 'The carrier knows no such thing.'],
  20429: OVERLOADED,
  21201: ORDER_WRONG,
  21210: SENDER_WRONG,
  21211: NOT_VALID,
  21212: SENDER_WRONG,
  21213: ORDER_WRONG,
  21214: CANNOT_BE_CALLED,
  21215: NO_CALLS_THERE,
  21216: CANNOT_BE_CALLED,
  21217: NOT_VALID,
  21220: ['not_found', 'The call is not in a state for that.'],
  21262: ORDER_WRONG,
  21263: ORDER_WRONG,
  21408: NO_TEXTS_THERE,
  21601: SENDER_WRONG,
  21603: ORDER_WRONG,
  21604: ORDER_WRONG,
  21606: SENDER_WRONG,
  21608: ['denied', 'Our account may not text that number yet.'],
  21610: ['refused', 'They asked for no more texts. Texting START to us undoes that.'],
  21611: OVERLOADED,
  21612: NO_TEXTS,
  21614: NO_TEXTS,
  21617: ['refused', 'The text is too long.'],
  21635: NO_TEXTS,
  21654: ORDER_WRONG,
  21655: ['denied', 'The carrier knows no such template.'],
  21656: ORDER_WRONG,
  21910: ORDER_WRONG,
  22005: OVERLOADED,
  30001: OVERLOADED,
  30002: ['denied', 'Our account is suspended.'],
  30003: ['busy', 'The phone cannot be reached at the moment.'],
  30004: ['refused', 'That number blocks our texts.'],
  30005: ['refused', 'There is no such number.'],
  30006: NO_TEXTS,
  30007: ['refused', 'The text was filtered out on its way.'],
  30008: ['unknown', 'The text was lost on its way.'],
  30034: ['denied', 'The number we text from is not registered for that.'],
  30450: PREFIX_BLOCKED,
  32205: NO_CALLS_THERE,
  60202: TOO_MANY_CODES,
  60203: TOO_MANY_CODES,
  60410: PREFIX_BLOCKED,
  60605: NO_TEXTS_THERE,
  63001: ['denied', 'WhatsApp does not accept our account.'],
  63003: NO_WHATSAPP,
  63007: ['denied', 'Our number is not registered with WhatsApp.'],
  63013: ['denied', 'WhatsApp does not let us send that.'],
  63015: ['denied', 'WhatsApp knows only who has joined our sandbox.'],
  63016: ['denied', 'WhatsApp takes only approved templates from us.'],
  63018: ['busy', 'WhatsApp has heard enough of us for now.'],
  63024: NO_WHATSAPP,
  63032: ['refused', 'WhatsApp does not deliver that to them.'],
  63033: ['refused', 'They have blocked our messages.'],
  63049: ['refused', 'WhatsApp does not deliver that to them.'],
}

/** Nothing left this machine for these: the order was certainly not taken. */
const NEVER_SENT: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])

/**
 * One of Twilio's error numbers as a `CarrierError`: for the `ErrorCode` of a delivery report.
 * A number that is not in the table is `refused`.
 */
export function errorOfCode(code: number): CarrierError {
  const [failure, sentence] = MEANINGS[code] ?? ['refused', 'The carrier refused it.']
  return new CarrierError(failure, code, sentence)
}

/** An error number as a label of a metric: those that we know by themselves, all others together. */
export function errorLabel(code: number | null): string {
  if (code === null) return 'none'
  return MEANINGS[code] ? String(code) : 'other'
}

/**
 * An HTTP answer outside 2xx as a `CarrierError`. The error number in the body decides when it is in the table,
 * else the status does. Twilio's own message is dropped: it quotes numbers.
 */
export function errorOfAnswer(status: number, body: unknown): CarrierError {
  const code = codeIn(body)
  if (code !== null && MEANINGS[code]) return errorOfCode(code)

  const [failure, sentence] = meaningOfStatus(status)
  return new CarrierError(failure, code, sentence)
}

/**
 * A request that got no answer, as a `CarrierError`. Only the name of the fault is looked at: what the HTTP client
 * throws carries our credentials and the whole form, so it does not become the `cause`.
 */
export function errorOfSilence(error: unknown): CarrierError {
  if (error instanceof CarrierError) return error
  const name = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return NEVER_SENT.has(name)
    ? new CarrierError('busy', null, 'The carrier cannot be reached.')
    : new CarrierError('unknown', null, 'The carrier did not answer.')
}

function codeIn(body: unknown): number | null {
  if (typeof body !== 'object' || body === null || !('code' in body)) return null
  return typeof body.code === 'number' && Number.isInteger(body.code) ? body.code : null
}

function meaningOfStatus(status: number): Meaning {
  if (status >= 500) return ['unknown', 'Something went wrong at the carrier.']
  if (status === 404) return ['not_found', 'The carrier knows no such thing.']
  if (status === 401 || status === 403) return ['denied', 'The carrier does not let us do that.']
  if (status === 429) return OVERLOADED
  if (status === 408) return ['unknown', 'The carrier did not answer in time.']
  if (status < 400) return ['denied', 'The address of the carrier is not set right.']
  return ['refused', 'The carrier refused it.']
}

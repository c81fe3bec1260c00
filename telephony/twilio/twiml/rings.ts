import twilio from 'twilio'
import { ask, spoken } from './speech.ts'

const KEY_SECONDS = 5
const TIMES_ASKED = 2

/** What `dialOwner` needs. */
export interface OwnerDial {
  /** The owner's number, E.164. */
  readonly phone: string
  /** The number of ours that they are shown. */
  readonly shownNumber: string
  readonly ringSeconds: number
  /** The carrier ends it after this long, whatever happens to us. */
  readonly maxSeconds: number
  /** What the owner hears when they pick up, before they are put through. */
  readonly question: string
  /** Told when their leg is over. */
  readonly legCallback: string
  /** Asked what comes next when the caller's line is free again. */
  readonly action: string
}

/** Ring an owner for a caller, who hears it ring until they are put through. */
export function dialOwner(wanted: OwnerDial): string {
  const response = new twilio.twiml.VoiceResponse()
  const dial = response.dial({
    action: wanted.action,
    answerOnBridge: true,
    callerId: wanted.shownNumber,
    timeLimit: wanted.maxSeconds,
    timeout: wanted.ringSeconds,
  })
  dial.number({ url: wanted.question, statusCallback: wanted.legCallback }, wanted.phone)
  return response.toString()
}

/**
 * Ask an owner whether they take a call: 1 takes it, 2 leaves it to the mailbox, and so does pressing nothing. The key
 * goes to `action` as `Digits`.
 */
export function askOwner(wanted: {
  readonly callerName: string | null
  readonly fromPhone: string | null
  readonly ktagName: string
  readonly action: string
}): string {
  const { callerName, fromPhone, ktagName, action } = wanted
  const who = spoken(callerName ?? '') || stranger(fromPhone)
  const question = `${who} is calling ${spoken(ktagName)}. Press 1 to take the call, 2 to send it to your voicemail.`
  return ask({ question, times: TIMES_ASKED, gather: { action, numDigits: 1, timeout: KEY_SECONDS } })
}

/** Nothing more to say to the owner: they are put through. */
export function putThrough(): string {
  return new twilio.twiml.VoiceResponse().toString()
}

/** The last four digits tell numbers apart; the whole number is nobody's to hear. */
function stranger(fromPhone: string | null): string {
  if (fromPhone === null) return 'Somebody with a hidden number'
  return `Somebody with a number that ends in ${[...fromPhone.slice(-4)].join(', ')},`
}

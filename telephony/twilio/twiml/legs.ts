import twilio from 'twilio'
import type { CodeSpeech } from '#domain/verification'
import { ask, say, spoken } from './speech.ts'

const ANSWER_SECONDS = 10
/** Between two keys of a tag; after a lone 1 it is how long they wait. */
const KEY_SECONDS = 5
const TIMES_ASKED = 3
/** How long a question rings in the room before we give up, and how long it takes to say it, roughly. */
const PATIENCE_SECONDS = 40
const SAYING_SECONDS = 2
const PAUSE_SECONDS = 1

/** What the carrier tells us about a room. Source: twilio.com/docs/voice/twiml/conference. */
const ROOM_EVENTS = ['start', 'end', 'join', 'leave', 'mute', 'hold', 'speaker'] as const

/**
 * Ask the host, whose own phone rang first, for the 1 that starts the call, or that brings them back into it when it
 * goes on without them: a mailbox presses nothing. Asked again every `sayAgainSeconds` of silence, for about 40 seconds.
 * The key goes to `action` as `Digits`.
 */
export function askHost(wanted: {
  readonly action: string
  readonly isBack?: boolean
  readonly sayAgainSeconds?: number
}): string {
  const { action, isBack = false, sayAgainSeconds = ANSWER_SECONDS } = wanted
  const question = `Press 1 to ${isBack ? 'go back to' : 'start'} your call.`
  return askForKey({ action, question, seconds: sayAgainSeconds })
}

/**
 * Ask somebody who is called whether they want to join: 1 joins, 2 stops calls from this host. `ktag` is the tag that
 * was called, when it is on its account that they are. Asked for about 40 seconds. The key goes to `action` as `Digits`.
 */
export function askGuest(wanted: {
  readonly hostName: string
  readonly ktag?: string | null
  readonly action: string
}): string {
  const host = spoken(wanted.hostName) || 'somebody'
  const called = spoken(wanted.ktag ?? '') || 'you'
  const question = `${capital(host)} is calling ${called} on Kadoink. Press 1 to join, 2 to stop calls from ${host}.`
  return askForKey({ action: wanted.action, question, seconds: ANSWER_SECONDS })
}

/**
 * Ask a visitor of some page, who has had themselves called, for the 1 that puts them through to a tag; 2 says that it was
 * not they who asked. Asked for about 40 seconds: a mailbox presses nothing. The key goes to `action` as `Digits`.
 */
export function askVisitor({ ktag, action }: { readonly ktag: string; readonly action: string }): string {
  const called = spoken(ktag) || 'somebody'
  const question = `You asked on a web page to talk to ${called}. Press 1 to be put through, 2 if it was not you.`
  return askForKey({ action, question, seconds: ANSWER_SECONDS })
}

/**
 * Ask a caller who has dropped out of a call whether they want back: 1 does, anything else is a tag or an extension.
 * `hostName` is null for the host's own call. What is entered goes to `action` as `Digits`.
 */
export function askToReturn({
  hostName,
  action,
}: {
  readonly hostName: string | null
  readonly action: string
}): string {
  const whose = hostName === null ? '' : ` with ${spoken(hostName) || 'somebody'}`
  return askForWayBack({ action, question: `Press 1 to go back to your call${whose}` })
}

/**
 * Ask the same of a caller whose number may be made up: whose call it is, is nobody's to hear, and with a 1 the number is
 * rung.
 */
export function askToBeRungBack({ action }: { readonly action: string }): string {
  return askForWayBack({ action, question: 'Press 1 to be called back into your call' })
}

/** What `joinRoom` needs. */
export interface RoomDoor {
  /** `[A-Za-z0-9_-]`, without anything about a person: the carrier shows it in its logs. */
  readonly room: string
  /** Our name for this leg within the room, `[A-Za-z0-9_-]`, unique there, at most 128 characters. */
  readonly label: string
  /** Nobody hears them to begin with. */
  readonly muted?: boolean
  /** They are put out after so long. */
  readonly maxSeconds?: number
  /** Where room events go. The address that the first one in gives counts for the whole room. */
  readonly conferenceCallback: string
  /** Asked what happens next, once this leg is out of the room. */
  readonly action: string
}

/** Put this leg into a room, which the first one in opens and the last one out closes. */
export function joinRoom(door: RoomDoor): string {
  const { room, label, muted = false, maxSeconds, conferenceCallback, action } = door
  const response = new twilio.twiml.VoiceResponse()
  response.dial({ action, ...(maxSeconds === undefined ? {} : { timeLimit: maxSeconds }) }).conference(
    {
      ...(muted ? { muted } : {}),
      startConferenceOnEnter: true,
      endConferenceOnExit: false,
      beep: 'false',
      participantLabel: label,
      statusCallback: conferenceCallback,
      statusCallbackEvent: [...ROOM_EVENTS],
    },
    room,
  )
  return response.toString()
}

/** Say one thing to those who are in a room. */
export function announce({ sentence }: { readonly sentence: string }): string {
  const response = new twilio.twiml.VoiceResponse()
  say(response, sentence)
  return response.toString()
}

/** Read a code out twice, then hang up. */
export function readCode({ language, first, again, goodbye }: CodeSpeech): string {
  const response = new twilio.twiml.VoiceResponse()
  say(response, first, language)
  response.pause({ length: PAUSE_SECONDS })
  say(response, again, language)
  say(response, goodbye, language)
  response.hangup()
  return response.toString()
}

function askForWayBack({ action, question }: { readonly action: string; readonly question: string }): string {
  return ask({
    question: `${question}, or enter a tag or extension, then pound.`,
    times: TIMES_ASKED,
    gather: { action, finishOnKey: '#', timeout: KEY_SECONDS },
  })
}

function askForKey(wanted: { readonly action: string; readonly question: string; readonly seconds: number }): string {
  const { action, question, seconds } = wanted
  const times = Math.max(1, Math.round(PATIENCE_SECONDS / (seconds + SAYING_SECONDS)))
  return ask({ question, times, gather: { action, numDigits: 1, timeout: seconds } })
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

import twilio from 'twilio'

type VoiceResponse = InstanceType<typeof twilio.twiml.VoiceResponse>
type Gather = ReturnType<VoiceResponse['gather']>
type GatherAttributes = Parameters<VoiceResponse['gather']>[0]

/** The one voice that everything is spoken in. Source: twilio.com/docs/voice/twiml/say/text-speech. */
const SPOKEN = { voice: 'Polly.Joanna', language: 'en-US' } as const

/** Twilio reads out at most 4,096 characters. Source: twilio.com/docs/voice/twiml/say. */
const MAX_SPOKEN = 4000

const GOODBYE = 'Goodbye.'
const ANSWER_SECONDS = 10
const TAG_SECONDS = 8
/** How long a question rings in the room before we give up, and how long it takes to say it, roughly. */
const PATIENCE_SECONDS = 40
const SAYING_SECONDS = 2
const TIMES_ASKED = 3
const MAX_CHOICES = 9
const PAUSE_SECONDS = 1
const SILENCE_SECONDS = 5

/** What the carrier tells us about a room. Source: twilio.com/docs/voice/twiml/conference. */
const ROOM_EVENTS = ['start', 'end', 'join', 'leave', 'mute', 'hold', 'speaker'] as const

/**
 * Ask the host, whose own phone rang first, for the 1 that starts the call: a mailbox presses nothing. Asked again
 * every `sayAgainSeconds` of silence, for about 40 seconds. The key goes to `action` as `Digits`.
 */
export function askHost(wanted: { readonly action: string; readonly sayAgainSeconds?: number }): string {
  const { action, sayAgainSeconds = ANSWER_SECONDS } = wanted
  return askForKey({ action, question: 'Press 1 to start your call.', seconds: sayAgainSeconds })
}

/**
 * Ask somebody who is called whether they want to join: 1 joins, 2 stops calls from this host. Asked for about
 * 40 seconds. The key goes to `action` as `Digits`.
 */
export function askGuest({ hostName, action }: { readonly hostName: string; readonly action: string }): string {
  const host = spoken(hostName) || 'somebody'
  const question = `${capital(host)} is calling you on Kadoink. Press 1 to join, 2 to stop calls from ${host}.`
  return askForKey({ action, question, seconds: ANSWER_SECONDS })
}

/** What `joinRoom` needs. */
export interface RoomEntry {
  /** `[A-Za-z0-9_-]`, without anything about a person: the carrier shows it in its logs. */
  readonly room: string
  /** Our name for this leg within the room, `[A-Za-z0-9_-]`, unique there, at most 128 characters. */
  readonly label: string
  /** Where room events go. The address that the first one in gives counts for the whole room. */
  readonly conferenceCallback: string
  /** Asked what happens next, once this leg is out of the room. */
  readonly action: string
}

/** Put this leg into a room, which the first one in opens and the last one out closes. */
export function joinRoom({ room, label, conferenceCallback, action }: RoomEntry): string {
  const response = new twilio.twiml.VoiceResponse()
  response.dial({ action }).conference(
    {
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

/**
 * Ask a caller for a tag or an extension, up to three times. The digits, without the pound key, go to `action`
 * as `Digits`. `callerName` is null for somebody whom we do not know.
 */
export function askTag({
  action,
  callerName,
}: {
  readonly action: string
  readonly callerName: string | null
}): string {
  const name = spoken(callerName ?? '')
  const question = `${name === '' ? 'Hi.' : `Hi ${name}.`} Enter the tag or extension, then pound.`
  return ask({ question, times: TIMES_ASKED, gather: { action, finishOnKey: '#', timeout: TAG_SECONDS } })
}

/**
 * Several people have what the caller entered: read their names, in this order, for the keys 1 to 9. More than nine
 * are not read. The key goes to `action` as `Digits`.
 */
export function chooseTag({
  action,
  choices,
}: {
  readonly action: string
  readonly choices: readonly string[]
}): string {
  const question = choices
    .slice(0, MAX_CHOICES)
    .map((name, index) => `For ${spoken(name) || 'somebody without a name'}, press ${index + 1}.`)
    .join(' ')
  return ask({ question, times: TIMES_ASKED, gather: { action, numDigits: 1, timeout: ANSWER_SECONDS } })
}

/** What `takeMessage` needs. */
export interface MessageRequest {
  readonly greeting: string
  /** Asked what happens next when the recording is over; it may not be fetchable yet. */
  readonly action: string
  /** Told when the recording can be fetched. */
  readonly recordingCallback: string
  readonly maxSeconds: number
}

/** Say a greeting, then record a message until `#`, five seconds of silence or the longest length. */
export function takeMessage({ greeting, action, recordingCallback, maxSeconds }: MessageRequest): string {
  const response = new twilio.twiml.VoiceResponse()
  say(response, greeting)
  response.record({
    action,
    maxLength: maxSeconds,
    finishOnKey: '#',
    playBeep: true,
    timeout: SILENCE_SECONDS,
    trim: 'trim-silence',
    recordingStatusCallback: recordingCallback,
  })
  // Only somebody who left nothing gets as far as this.
  return goodbye(response)
}

/** Say one thing and hang up. */
export function sayAndHangUp(sentence: string): string {
  const response = new twilio.twiml.VoiceResponse()
  say(response, sentence)
  response.hangup()
  return response.toString()
}

/** Hang up without a word. */
export function hangUp(): string {
  const response = new twilio.twiml.VoiceResponse()
  response.hangup()
  return response.toString()
}

/** Read a code out, digit by digit, twice, then hang up. */
export function readCode({ digits }: { readonly digits: string }): string {
  const response = new twilio.twiml.VoiceResponse()
  // A comma is a short pause; without it the digits become one large number.
  const code = [...digits].join(', ')
  say(response, `Your Kadoink code is: ${code}.`)
  response.pause({ length: PAUSE_SECONDS })
  say(response, `Once more: ${code}.`)
  return goodbye(response)
}

/** Nothing to say and nothing to do: to a text no reply, to a call the end of the document. */
export function silence(): string {
  return new twilio.twiml.MessagingResponse().toString()
}

function askForKey(wanted: { readonly action: string; readonly question: string; readonly seconds: number }): string {
  const { action, question, seconds } = wanted
  const times = Math.max(1, Math.round(PATIENCE_SECONDS / (seconds + SAYING_SECONDS)))
  return ask({ question, times, gather: { action, numDigits: 1, timeout: seconds } })
}

/** A Gather that nobody answers falls through to the next one, the last of them to the end. */
function ask(wanted: { readonly question: string; readonly times: number; readonly gather: GatherAttributes }): string {
  const response = new twilio.twiml.VoiceResponse()
  for (let time = 0; time < wanted.times; time += 1) say(response.gather(wanted.gather), wanted.question)
  return goodbye(response)
}

function goodbye(response: VoiceResponse): string {
  say(response, GOODBYE)
  response.hangup()
  return response.toString()
}

function say(parent: VoiceResponse | Gather, sentence: string): void {
  const words = spoken(sentence.slice(0, MAX_SPOKEN))
  if (words !== '') parent.say(SPOKEN, words)
}

/**
 * Words as they can stand in a document: in one line, without what XML 1.0 has no place for (control characters,
 * halves of surrogate pairs), which the builder would let through and the carrier's parser would not.
 */
function spoken(words: string): string {
  return words
    .toWellFormed()
    .replace(/[\p{Cc}\uFFFD-\uFFFF\s]+/gu, ' ')
    .trim()
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

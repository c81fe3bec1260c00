import {
  BEEP,
  CALL_EVENTS,
  CONFERENCE_EVENTS,
  DETECTION,
  FLAG,
  JITTER,
  type Kind,
  like,
  METHOD,
  oneOf,
  RECORDING_EVENTS,
  TEXT,
  TRACK,
  TRIM,
  WHOLE,
} from '../kinds.ts'
import type { TwimlElement } from './parser.ts'

type Attributes = Readonly<Record<string, Kind>>

interface Verb {
  readonly attributes: Attributes
  readonly children?: readonly string[]
  /** Prose with mark-up inside (SSML), which is not looked into. */
  readonly isOpaque?: boolean
}

type Grammar = Readonly<Record<string, Verb>>

const SECONDS_OR_AUTO = like(/^(\d+|auto)$/)
const POSITIVE = like(/^[1-9]\d*$/)
const KEYS = like(/^[0-9*#]*$/)
const TONES = like(/^[0-9A-DwW*#]+$/)

const RECORDING: Attributes = {
  recordingStatusCallback: TEXT,
  recordingStatusCallbackMethod: METHOD,
  recordingStatusCallbackEvent: RECORDING_EVENTS,
  recordingConfigurationId: TEXT,
}
const AMD: Attributes = {
  machineDetection: DETECTION,
  machineDetectionTimeout: WHOLE,
  machineDetectionSpeechThreshold: WHOLE,
  machineDetectionSpeechEndThreshold: WHOLE,
  machineDetectionSilenceTimeout: WHOLE,
  amdStatusCallback: TEXT,
  amdStatusCallbackMethod: METHOD,
}

/** Verbs, nouns and attributes of a call's document. Source: Twilio's TwiML Voice reference, one page per verb. */
const VOICE: Grammar = {
  Response: {
    attributes: {},
    children: ['Say', 'Play', 'Pause', 'Gather', 'Dial', 'Record', 'Hangup', 'Redirect', 'Reject'],
  },
  Say: { attributes: { voice: TEXT, language: TEXT, loop: WHOLE }, isOpaque: true },
  Play: { attributes: { loop: WHOLE, digits: TONES } },
  Pause: { attributes: { length: POSITIVE } },
  Gather: {
    attributes: {
      input: oneOf('dtmf', 'speech', 'dtmf speech', 'speech dtmf'),
      action: TEXT,
      method: METHOD,
      timeout: SECONDS_OR_AUTO,
      speechTimeout: SECONDS_OR_AUTO,
      maxSpeechTime: WHOLE,
      profanityFilter: FLAG,
      finishOnKey: like(/^[0-9*#]?$/),
      numDigits: POSITIVE,
      partialResultCallback: TEXT,
      partialResultCallbackMethod: METHOD,
      language: TEXT,
      hints: TEXT,
      bargeIn: FLAG,
      debug: FLAG,
      actionOnEmptyResult: FLAG,
      speechModel: TEXT,
      enhanced: FLAG,
    },
    children: ['Say', 'Play', 'Pause'],
  },
  Dial: {
    attributes: {
      action: TEXT,
      method: METHOD,
      timeout: WHOLE,
      hangupOnStar: FLAG,
      timeLimit: WHOLE,
      callerId: TEXT,
      record: like(/^(true|false|do-not-record|record-from-(answer|ringing)(-dual)?)$/),
      trim: TRIM,
      answerOnBridge: FLAG,
      ringTone: TEXT,
      recordingTrack: TRACK,
      sequential: FLAG,
      referUrl: TEXT,
      referMethod: METHOD,
      events: TEXT,
      ...RECORDING,
    },
    children: ['Number', 'Conference'],
  },
  Number: {
    attributes: {
      sendDigits: TONES,
      url: TEXT,
      method: METHOD,
      phoneNumberSid: TEXT,
      byoc: TEXT,
      statusCallback: TEXT,
      statusCallbackMethod: METHOD,
      statusCallbackEvent: CALL_EVENTS,
      ...AMD,
    },
  },
  Conference: {
    attributes: {
      muted: FLAG,
      beep: BEEP,
      startConferenceOnEnter: FLAG,
      endConferenceOnExit: FLAG,
      participantLabel: TEXT,
      jitterBufferSize: JITTER,
      waitUrl: TEXT,
      waitMethod: METHOD,
      maxParticipants: POSITIVE,
      record: like(/^(true|false|do-not-record|record-from-start)$/),
      region: TEXT,
      coach: TEXT,
      trim: TRIM,
      eventCallbackUrl: TEXT,
      statusCallback: TEXT,
      statusCallbackMethod: METHOD,
      statusCallbackEvent: CONFERENCE_EVENTS,
      ...RECORDING,
    },
  },
  Record: {
    attributes: {
      action: TEXT,
      method: METHOD,
      timeout: WHOLE,
      finishOnKey: KEYS,
      maxLength: POSITIVE,
      playBeep: FLAG,
      trim: TRIM,
      transcribe: FLAG,
      transcribeCallback: TEXT,
      recordingTrack: TRACK,
      ...RECORDING,
    },
  },
  Hangup: { attributes: {} },
  Redirect: { attributes: { method: METHOD } },
  Reject: { attributes: { reason: oneOf('rejected', 'busy') } },
}

/** Source: Twilio's TwiML Messaging reference. */
const MESSAGING: Grammar = {
  Response: { attributes: {}, children: ['Message', 'Redirect'] },
  Message: {
    attributes: { to: TEXT, from: TEXT, action: TEXT, method: METHOD, statusCallback: TEXT },
    children: ['Body', 'Media'],
  },
  Body: { attributes: {} },
  Media: { attributes: {} },
  Redirect: { attributes: { method: METHOD } },
}

/** What kind of webhook a document answers; `music` is for somebody who waits, and may do little. */
export type TwimlKind = 'voice' | 'music' | 'messaging'

/** Each verb, noun, attribute or value that Twilio does not know at its place: error 12200. */
export function twimlBreaches(document: TwimlElement, kind: TwimlKind): readonly string[] {
  return breachesIn(document, kind === 'messaging' ? MESSAGING : VOICE)
}

function breachesIn(element: TwimlElement, grammar: Grammar): string[] {
  const verb = grammar[element.name]
  if (!verb) return []
  const own = Object.entries(element.attributes).flatMap(([name, value]) =>
    attributeBreach(element.name, verb, name, value),
  )
  if (verb.isOpaque) return own
  const isKnown = (child: TwimlElement) => verb.children?.includes(child.name) ?? false
  const strangers = element.children.filter((child) => !isKnown(child))
  return [
    ...own,
    ...strangers.map((child) => `12200 <${child.name}> is not allowed in <${element.name}>`),
    ...element.children.filter(isKnown).flatMap((child) => breachesIn(child, grammar)),
  ]
}

/** Twilio: error 21263 for the names that belong to the Calls API, error 12200 for all others. */
function attributeBreach(element: string, verb: Verb, name: string, value: string): string[] {
  const kind = verb.attributes[name]
  if (kind) return kind(value) ? [] : [`12200 <${element}> cannot have ${name}="${value}"`]
  if (element === 'Number' && /^asyncAmd/.test(name)) return [`21263 <Number> has no attribute '${name}'`]
  return [`12200 <${element}> has no attribute '${name}'`]
}

import type { TwimlElement } from './parser.ts'

interface Verb {
  readonly attributes: readonly string[]
  readonly children?: readonly string[]
  /** Prose with mark-up inside (SSML), which is not looked into. */
  readonly isOpaque?: boolean
}

const RECORDING = ['recordingStatusCallback', 'recordingStatusCallbackMethod', 'recordingStatusCallbackEvent']
const STATUS = ['statusCallback', 'statusCallbackMethod', 'statusCallbackEvent']
const AMD = [
  'machineDetection',
  'amdStatusCallback',
  'amdStatusCallbackMethod',
  'machineDetectionTimeout',
  'machineDetectionSpeechThreshold',
  'machineDetectionSpeechEndThreshold',
  'machineDetectionSilenceTimeout',
]

const SPEECH: Readonly<Record<string, Verb>> = {
  Say: { attributes: ['voice', 'language', 'loop'], isOpaque: true },
  Play: { attributes: ['loop', 'digits'] },
  Pause: { attributes: ['length'] },
}

/** Verbs, nouns and attributes of a call's document. Source: Twilio's TwiML Voice reference, one page per verb. */
const VOICE: Readonly<Record<string, Verb>> = {
  ...SPEECH,
  Response: {
    attributes: [],
    children: ['Say', 'Play', 'Pause', 'Gather', 'Dial', 'Record', 'Hangup', 'Redirect', 'Reject'],
  },
  Gather: {
    attributes: [
      'input',
      'action',
      'method',
      'timeout',
      'speechTimeout',
      'maxSpeechTime',
      'profanityFilter',
      'finishOnKey',
      'numDigits',
      'partialResultCallback',
      'partialResultCallbackMethod',
      'language',
      'hints',
      'bargeIn',
      'debug',
      'actionOnEmptyResult',
      'speechModel',
      'enhanced',
    ],
    children: ['Say', 'Play', 'Pause'],
  },
  Dial: {
    attributes: [
      'action',
      'method',
      'timeout',
      'hangupOnStar',
      'timeLimit',
      'callerId',
      'record',
      'trim',
      'answerOnBridge',
      'ringTone',
      'recordingTrack',
      'sequential',
      'referUrl',
      'referMethod',
      'events',
      ...RECORDING,
    ],
    children: ['Number', 'Conference'],
  },
  Number: {
    attributes: ['sendDigits', 'url', 'method', 'phoneNumberSid', 'byoc', ...STATUS, ...AMD],
  },
  Conference: {
    attributes: [
      'muted',
      'beep',
      'startConferenceOnEnter',
      'endConferenceOnExit',
      'participantLabel',
      'jitterBufferSize',
      'waitUrl',
      'waitMethod',
      'maxParticipants',
      'record',
      'region',
      'coach',
      'trim',
      'eventCallbackUrl',
      ...STATUS,
      ...RECORDING,
    ],
  },
  Record: {
    attributes: [
      'action',
      'method',
      'timeout',
      'finishOnKey',
      'maxLength',
      'playBeep',
      'trim',
      'transcribe',
      'transcribeCallback',
      'recordingTrack',
      ...RECORDING,
    ],
  },
  Hangup: { attributes: [] },
  Redirect: { attributes: ['method'] },
  Reject: { attributes: ['reason'] },
}

/** Source: Twilio's TwiML Messaging reference. */
const MESSAGING: Readonly<Record<string, Verb>> = {
  Response: { attributes: [], children: ['Message', 'Redirect'] },
  Message: { attributes: ['to', 'from', 'action', 'method', 'statusCallback'], children: ['Body', 'Media'] },
  Body: { attributes: [] },
  Media: { attributes: [] },
  Redirect: { attributes: ['method'] },
}

/** What kind of webhook a document answers. */
export type TwimlKind = 'voice' | 'messaging'

/** Each verb, noun or attribute that Twilio does not know at its place: error 12200. */
export function twimlBreaches(document: TwimlElement, kind: TwimlKind): readonly string[] {
  return breachesIn(document, kind === 'voice' ? VOICE : MESSAGING)
}

function breachesIn(element: TwimlElement, grammar: Readonly<Record<string, Verb>>): string[] {
  const verb = grammar[element.name]
  if (!verb || verb.isOpaque) return verb ? unknownAttributes(element, verb) : []
  const strangers = element.children.filter((child) => !verb.children?.includes(child.name))
  const known = element.children.filter((child) => verb.children?.includes(child.name))
  return [
    ...unknownAttributes(element, verb),
    ...strangers.map((child) => `12200 <${child.name}> is not allowed in <${element.name}>`),
    ...known.flatMap((child) => breachesIn(child, grammar)),
  ]
}

function unknownAttributes(element: TwimlElement, verb: Verb): string[] {
  return Object.keys(element.attributes)
    .filter((name) => !verb.attributes.includes(name))
    .map((name) => `12200 <${element.name}> has no attribute '${name}'`)
}

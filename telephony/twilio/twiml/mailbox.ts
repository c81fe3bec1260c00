import twilio from 'twilio'
import { ask, goodbye, say, type VoiceResponse } from './speech.ts'

const KEY_SECONDS = 5
const MENU_SECONDS = 8
const TIMES_ASKED = 2
const SILENCE_SECONDS = 5

/** What a caller hears before the tone: words, or the owner's own recording. */
export type Greeting = { readonly words: string } | { readonly url: string }

/** What `takeMessage` needs. */
export interface MessageRequest {
  readonly greeting: Greeting
  /** Asked what happens next when the recording is over; it may not be fetchable yet. */
  readonly action: string
  /** Told when the recording can be fetched, or has nothing in it. */
  readonly recordingCallback: string
  /** Told what was said; null when nobody wants that in writing. */
  readonly transcriptCallback: string | null
  readonly maxSeconds: number
}

/** Greet, then record a message until `#`, five seconds of silence or the longest length. */
export function takeMessage(wanted: MessageRequest): string {
  const { greeting, action, recordingCallback, transcriptCallback, maxSeconds } = wanted
  const response = new twilio.twiml.VoiceResponse()
  if ('url' in greeting) response.play(greeting.url)
  else say(response, greeting.words)
  response.record({
    ...recording({ action, recordingCallback, maxSeconds }),
    // An address for the transcript asks for one. `transcribe` beside it would cut long messages to the two minutes
    // that can be written down; so they are whole, and have no transcript.
    ...(transcriptCallback !== null && { transcribeCallback: transcriptCallback }),
  })
  // Only somebody who left nothing gets as far as this.
  return goodbye(response)
}

/**
 * Ask somebody who has spoken whether they want to do it again; the key goes to `action` as `Digits`. Who presses
 * nothing hears `otherwise`, and has left their message.
 */
export function offerAgain({ action, otherwise }: { readonly action: string; readonly otherwise: string }): string {
  return askOnce('Press 1 to send, 2 to record again.', action, otherwise)
}

/** Somebody has hardly spoken: 2 lets them try again. */
export function tooShort({ action }: { readonly action: string }): string {
  return askOnce('That was too short to be kept. Press 2 to record again.', action, 'Goodbye.')
}

/** An owner is in their own mailbox. The key goes to `action` as `Digits`. */
export function ownMailbox({ action }: { readonly action: string }): string {
  const question = 'This is your mailbox. Press 1 to record a greeting, 2 for the standard greeting.'
  return ask({ question, times: TIMES_ASKED, gather: { action, numDigits: 1, timeout: MENU_SECONDS } })
}

/** Record an owner's greeting. */
export function recordGreeting(wanted: {
  readonly action: string
  readonly recordingCallback: string
  readonly maxSeconds: number
}): string {
  const response = new twilio.twiml.VoiceResponse()
  say(response, 'Record your greeting after the tone, then press pound.')
  response.record(recording(wanted))
  return goodbye(response)
}

/** Ask an owner whether they keep what they have recorded. Who presses nothing changes nothing. */
export function offerGreeting({ action }: { readonly action: string }): string {
  return askOnce('Press 1 to keep this greeting, 2 to record again.', action, 'Your greeting has not been changed.')
}

function recording(wanted: {
  readonly action: string
  readonly recordingCallback: string
  readonly maxSeconds: number
}) {
  return {
    action: wanted.action,
    maxLength: wanted.maxSeconds,
    finishOnKey: '#',
    playBeep: true,
    timeout: SILENCE_SECONDS,
    trim: 'trim-silence',
    recordingStatusCallback: wanted.recordingCallback,
    recordingStatusCallbackEvent: ['completed', 'absent'],
  } as const satisfies Parameters<VoiceResponse['record']>[0]
}

function askOnce(question: string, action: string, otherwise: string): string {
  const response = new twilio.twiml.VoiceResponse()
  say(response.gather({ action, numDigits: 1, timeout: KEY_SECONDS }), question)
  say(response, otherwise)
  response.hangup()
  return response.toString()
}

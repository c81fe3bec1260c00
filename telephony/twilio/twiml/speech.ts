import twilio from 'twilio'

export type VoiceResponse = InstanceType<typeof twilio.twiml.VoiceResponse>
export type Gather = ReturnType<VoiceResponse['gather']>
type GatherAttributes = Parameters<VoiceResponse['gather']>[0]

/** One voice for each language that is spoken. Source: twilio.com/docs/voice/twiml/say/text-speech. */
const VOICES = {
  en: { voice: 'Polly.Joanna', language: 'en-US' },
  ru: { voice: 'Polly.Tatyana', language: 'ru-RU' },
} as const

/** Twilio reads out at most 4,096 characters. Source: twilio.com/docs/voice/twiml/say. */
const MAX_SPOKEN = 4000

const GOODBYE = 'Goodbye.'

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

/** Nothing to say and nothing to do: to a text no reply, to a call the end of the document. */
export function silence(): string {
  return new twilio.twiml.MessagingResponse().toString()
}

/** A Gather that nobody answers falls through to the next one, the last of them to the end. */
export function ask(wanted: {
  readonly question: string
  readonly times: number
  readonly gather: GatherAttributes
}): string {
  const response = new twilio.twiml.VoiceResponse()
  for (let time = 0; time < wanted.times; time += 1) say(response.gather(wanted.gather), wanted.question)
  return goodbye(response)
}

/** Say goodbye and hang up: the end of a document. */
export function goodbye(response: VoiceResponse): string {
  say(response, GOODBYE)
  response.hangup()
  return response.toString()
}

/** Say something, in English unless told otherwise. */
export function say(parent: VoiceResponse | Gather, sentence: string, language: keyof typeof VOICES = 'en'): void {
  const words = spoken(sentence.slice(0, MAX_SPOKEN))
  if (words !== '') parent.say(VOICES[language], words)
}

/**
 * Words as they can stand in a document: in one line, without what XML 1.0 has no place for (control characters,
 * halves of surrogate pairs), which the builder would let through and the carrier's parser would not.
 */
export function spoken(words: string): string {
  return words
    .toWellFormed()
    .replace(/[\p{Cc}\uFFFD-\uFFFF\s]+/gu, ' ')
    .trim()
}

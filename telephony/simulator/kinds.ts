/** Can a parameter or an attribute hold this value? */
export type Kind = (value: string) => boolean

/** Anything. */
export const TEXT: Kind = () => true
export const FLAG: Kind = (value) => /^(true|false)$/i.test(value)
export const WHOLE: Kind = (value) => /^\d+$/.test(value)
export const METHOD: Kind = (value) => /^(GET|POST)$/i.test(value)

/** One of these words. */
export function oneOf(...words: readonly string[]): Kind {
  return (value) => words.includes(value)
}

/** Words out of these, with spaces between. */
export function someOf(...words: readonly string[]): Kind {
  return (value) => value.split(' ').every((word) => words.includes(word))
}

/** What fits a pattern. */
export function like(pattern: RegExp): Kind {
  return (value) => pattern.test(value)
}

/** The events that calls, conferences and recordings report. */
export const CALL_EVENTS = someOf('initiated', 'ringing', 'answered', 'completed')
export const CONFERENCE_EVENTS = someOf(
  'start',
  'end',
  'join',
  'leave',
  'mute',
  'hold',
  'modify',
  'speaker',
  'announcement',
)
export const RECORDING_EVENTS = someOf('in-progress', 'completed', 'absent')

export const TRACK = oneOf('inbound', 'outbound', 'both')
export const TRIM = oneOf('trim-silence', 'do-not-trim')
export const BEEP = oneOf('true', 'false', 'onEnter', 'onExit')
export const JITTER = oneOf('large', 'medium', 'small', 'off')
export const DETECTION = oneOf('Enable', 'DetectMessageEnd')

/** Can a parameter hold this value? An empty one counts as left out and is never asked about. */
export type Kind = (value: string) => boolean

/** The parameters an operation knows, each with what it may hold. */
export type ParameterTable = Readonly<Record<string, Kind>>

/** Anything, and what is refused with an error number of its own anyway: phone numbers, for example. */
export const TEXT: Kind = () => true
export const FLAG: Kind = (value) => /^(true|false)$/i.test(value)
export const WHOLE: Kind = (value) => /^\d+$/.test(value)
export const DECIMAL: Kind = (value) => /^\d+(\.\d+)?$/.test(value)
/** An absolute http or https address. */
export const ADDRESS: Kind = (value) => /^https?:\/\//.test(value) && URL.canParse(value)
/** A day, `2026-11-22`. */
export const DAY: Kind = (value) => /^\d{4}-\d{2}-\d{2}$/.test(value)
/** A moment in ISO 8601, or a day. */
export const MOMENT: Kind = (value) => DAY(value) || /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:?\d{2})$/.test(value)
export const METHOD: Kind = oneOf('GET', 'POST')

/** One of these words. */
export function oneOf(...words: readonly string[]): Kind {
  return (value) => words.includes(value)
}

/** Words out of these, in one value with spaces between, or in several. */
export function someOf(...words: readonly string[]): Kind {
  return (value) => value.split(' ').every((word) => words.includes(word))
}

/** A SID of this kind of thing. */
export function sidOf(prefix: string): Kind {
  const shape = new RegExp(`^${prefix}[0-9a-f]{32}$`, 'i')
  return (value) => shape.test(value)
}

/** What leads a client through the pages of a list. */
export const PAGED = { PageSize: WHOLE, Page: WHOLE, PageToken: TEXT } as const

/** `Name`, `Name<` and `Name>`. */
export function range(name: string, kind: Kind): ParameterTable {
  return { [name]: kind, [`${name}<`]: kind, [`${name}>`]: kind }
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

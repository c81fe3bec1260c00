import { isGsm, measure } from './alphabet.ts'

/** How what we want to say becomes texts that a carrier takes. */

/** The carrier refuses longer ones. Source: Twilio, error 21617. */
const MOST_CHARACTERS = 1_600
/** Above this, networks drop parts and bills surprise. Source: twilio.com/docs/glossary/what-sms-character-limit. */
const MOST_SEGMENTS = 10

/** Typographic characters that have a plain twin; each makes a text of 160 characters one of three segments. */
const PLAIN: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '′': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '‟': '"',
  '″': '"',
  '«': '"',
  '»': '"',
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
  '−': '-',
  '…': '...',
  '\u00a0': ' ',
  '\u2007': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
}
const TYPOGRAPHIC = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g')

/**
 * A text with plain twins in the place of typographic characters, where that alone turns the whole of it into GSM-7.
 * Where it would stay UCS-2 all the same, nothing is won, and it is left as it was written.
 */
export function plain(text: string): string {
  const twin = text.replace(TYPOGRAPHIC, (character) => PLAIN[character] ?? character)
  return isGsm(twin) ? twin : text
}

/** A text that is the first of ours to a phone says how to have no more of them. */
export function withStopHint(text: string): string {
  return `${text}\nReply STOP to opt out.`
}

/** A text as it can be stored and sent: without NUL, which the database refuses, and without halves of characters. */
export function readable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}

/**
 * A text as the texts it is sent as, in order: itself where the carrier takes it whole, else parts marked `(1/3) `.
 * The parts without their marks, put together, are the text. They end at the end of a word where there is one in their
 * second half, and never inside of what a person sees as one character.
 */
export function split(text: string): readonly string[] {
  if (fits(text)) return [text]
  for (let digits = 1; ; digits++) {
    // The mark's length depends on how many parts there are, which depends on the mark's length.
    const parts = cut(text, (part) => `(${part}/${'9'.repeat(digits)}) `)
    const total = parts.length
    if (String(total).length <= digits) return parts.map((part, index) => `(${index + 1}/${total}) ${part}`)
  }
}

function cut(text: string, markOf: (part: number) => string): readonly string[] {
  const parts: string[] = []
  for (let rest = text; rest !== ''; ) {
    const mark = markOf(parts.length + 1)
    const part = rest.slice(0, fits(mark + rest) ? rest.length : endOfPart(rest, mark))
    parts.push(part)
    rest = rest.slice(part.length)
  }
  return parts
}

/** White space at which a text may go on in the next part; a no-break space says that it may not. */
const BREAK = /[^\S\u00a0\u2007\u202f]/

/** Where the first part of a text that does not fit ends. */
function endOfPart(text: string, mark: string): number {
  const longest = longestThatFits(text, mark)
  // A text that goes on with white space ends a word right here.
  if (BREAK.test(text[longest] ?? '')) return wholeCharacters(text, longest)
  let word = longest
  while (word > longest / 2 && !BREAK.test(text[word - 1] ?? '')) word--
  return wholeCharacters(text, word > longest / 2 ? word : longest)
}

/** How much of a text's beginning fits behind a mark: whether it does only ever turns from yes to no with its length. */
function longestThatFits(text: string, mark: string): number {
  let [fitting, tooLong] = [1, Math.min(text.length, MOST_CHARACTERS + 1)]
  while (tooLong - fitting > 1) {
    const middle = Math.floor((fitting + tooLong) / 2)
    if (fits(mark + text.slice(0, middle))) fitting = middle
    else tooLong = middle
  }
  return fitting
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The end of the last whole character before a place; of the last code point where one character takes all the room. */
function wholeCharacters(text: string, most: number): number {
  const start = characters.segment(text).containing(most)?.index ?? 0
  if (start > 0) return start
  const isTorn = /[\ud800-\udbff]/.test(text[most - 1] ?? '') && /[\udc00-\udfff]/.test(text[most] ?? '')
  return isTorn ? most - 1 : most
}

function fits(text: string): boolean {
  return text.length <= MOST_CHARACTERS && measure(text).segments <= MOST_SEGMENTS
}

/**
 * How texts are written on the air, and what that costs. A text of which every character is in GSM 03.38 goes in seven
 * bits each; one other character, and the whole text goes in UCS-2.
 * Source: 3GPP TS 23.038, tables 6.2.1 and 6.2.1.1; the segment sizes are those of TS 23.040 with a header of 6 bytes.
 */

/** The default alphabet; each takes one unit. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
/** The extension table; each takes two units, an escape and itself, which are never torn apart. */
const EXTENSION = '\f^{}\\[~]|€'

const GSM_UNITS: ReadonlyMap<string, number> = new Map([
  ...[...BASIC].map((character) => [character, 1] as const),
  ...[...EXTENSION].map((character) => [character, 2] as const),
])

export type Encoding = 'GSM-7' | 'UCS-2'

/** Units in a text that goes as one segment, and in each of several. */
const CAPACITY = { 'GSM-7': { alone: 160, each: 153 }, 'UCS-2': { alone: 70, each: 67 } } as const

/** What a text takes on the air. */
export interface Measure {
  readonly encoding: Encoding
  /** Septets of GSM-7, or 16-bit units of UCS-2. */
  readonly units: number
  /** How many segments it is sent and billed as; an empty text is one. */
  readonly segments: number
}

/** Whether every character is in the GSM alphabet. */
export function isGsm(text: string): boolean {
  for (const character of text) if (!GSM_UNITS.has(character)) return false
  return true
}

/** Measure a text as it stands. */
export function measure(text: string): Measure {
  const encoding: Encoding = isGsm(text) ? 'GSM-7' : 'UCS-2'
  const sizes = Array.from(text, (character) => unitsOf(character, encoding))
  const units = sizes.reduce((sum, size) => sum + size, 0)
  return { encoding, units, segments: units <= CAPACITY[encoding].alone ? 1 : packed(sizes, CAPACITY[encoding].each) }
}

/** What each segment of a text says, in order. Characters of two units are never torn apart. */
export function segmentsOf(text: string): readonly string[] {
  const { encoding, segments } = measure(text)
  if (segments === 1) return [text]
  const all: string[] = []
  let current = ''
  let filled = 0
  for (const character of text) {
    const size = unitsOf(character, encoding)
    if (filled + size > CAPACITY[encoding].each) {
      all.push(current)
      current = ''
      filled = 0
    }
    current += character
    filled += size
  }
  return [...all, current]
}

function packed(sizes: readonly number[], capacity: number): number {
  let segments = 1
  let filled = 0
  for (const size of sizes) {
    const fits = filled + size <= capacity
    filled = fits ? filled + size : size
    if (!fits) segments++
  }
  return segments
}

function unitsOf(character: string, encoding: Encoding): number {
  return encoding === 'GSM-7' ? (GSM_UNITS.get(character) ?? 0) : character.length
}

/**
 * What phones write instead of what a keyboard has, behind what is meant by it. One character stands for one, so that a
 * place in one text is the same place in the other. What joins letters within a word (U+200C, U+200D) is left as it is.
 */
const LOOKALIKES: readonly (readonly [meant: string, written: string])[] = [
  ['"', '\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02'],
  ["'", '\u2018\u2019\u201a\u201b\u2032\u00b4`\uff07'],
  [
    ' ',
    [
      ...['\u00a0\u1680', between(0x2000, 0x200b), '\u200e\u200f', between(0x2028, 0x202f)],
      ...[between(0x205f, 0x2064), between(0x2066, 0x2069), '\u3000\ufeff'],
    ].join(''),
  ],
  ['-', `${between(0x2010, 0x2015)}\u2212\uff0d`],
  ['*', '\uff0a'],
  ['#', '\uff03'],
  ['@', '\uff20'],
  ['+', '\uff0b'],
  [',', '\uff0c'],
]

/** Every character that stands for another one, and what each is meant for, in the same places: as SQL's `translate` has it. */
export const WRITTEN = LOOKALIKES.map(([, written]) => written).join('')
export const MEANT = LOOKALIKES.map(([meant, written]) => meant.repeat(written.length)).join('')

const meanings = new Map([...WRITTEN].map((written, at) => [written, MEANT.charAt(at)]))
const anyWritten = new RegExp(`[${WRITTEN}]`, 'g')

/** A text as it was meant: with the characters of a keyboard. */
export function typed(text: string): string {
  return text.replace(anyWritten, (written) => meanings.get(written) ?? written)
}

function between(first: number, last: number): string {
  return String.fromCharCode(...Array.from({ length: last - first + 1 }, (_, at) => first + at))
}

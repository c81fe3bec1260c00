/** A *tag: a public name that belongs to somebody and can be called and left messages. */
export interface Ktag {
  readonly id: string
  readonly ownerId: string
  /** Without the `*`, lower case. */
  readonly name: string
  readonly title: string | null
  /** Six digits that reach the tag from a keypad. */
  readonly extension: string
  readonly isPrimary: boolean
  readonly takesVoicemail: boolean
}

const KEYS: Readonly<Record<string, string>> = {
  abc: '2',
  def: '3',
  ghi: '4',
  jkl: '5',
  mno: '6',
  pqrs: '7',
  tuv: '8',
  wxyz: '9',
  _: '0',
}

/** How a name is typed on a telephone keypad (ITU-T E.161); digits stand for themselves, `_` is 0. */
export function spell(name: string): string {
  return [...name.toLowerCase()]
    .map((letter) => Object.entries(KEYS).find(([letters]) => letters.includes(letter))?.[1] ?? letter)
    .join('')
}

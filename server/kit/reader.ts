/**
 * What phones write instead of what a keyboard has: each stands for one character, so that a place in one text is the
 * same place in the other.
 */
const TYPED: readonly (readonly [written: RegExp, typed: string])[] = [
  [/[\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02]/g, '"'],
  [/[\u2018\u2019\u201a\u201b\u2032\u00b4`\uff07]/g, "'"],
  [/[\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u2069\u3000\ufeff]/g, ' '],
  [/[\u2010-\u2015\u2212\uff0d]/g, '-'],
  [/\uff0a/g, '*'],
  [/\uff03/g, '#'],
  [/\uff20/g, '@'],
  [/\uff0b/g, '+'],
  [/\uff0c/g, ','],
]

/**
 * Reads a text from the left, once: words as they were meant (typographic quotes, dashes and spaces count as the plain
 * ones), what people have to say as they wrote it. Nothing here looks at a character more than a few times, so that no
 * text takes long.
 */
export class Reader {
  readonly #written: string
  readonly #typed: string
  /** Where reading goes on. */
  at = 0

  constructor(text: string) {
    this.#written = text
    this.#typed = TYPED.reduce((typed, [written, plain]) => typed.replace(written, plain), text)
  }

  /** Whether nothing but space is left. */
  get isAtEnd(): boolean {
    return this.#afterSpace() === this.#typed.length
  }

  /** The next word, up to a space; empty at the end. It is not passed. */
  peek(): string {
    const start = this.#afterSpace()
    let end = start
    while (end < this.#typed.length && !isSpace(this.#typed, end)) end++
    return this.#typed.slice(start, end)
  }

  /** The next word, passed; empty at the end. */
  word(): string {
    const word = this.peek()
    this.at = this.#afterSpace() + word.length
    return word
  }

  /** Pass what stands here if the pattern fits, which must be sticky (`y`); gives the match. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    const start = this.#afterSpace()
    pattern.lastIndex = start
    const match = pattern.exec(this.#typed)
    if (!match) return undefined
    this.at = start + match[0].length
    return match
  }

  /** Everything that is left, as it was written, without space around it. Passed. */
  rest(): string {
    const rest = this.#written.slice(this.at).trim()
    this.at = this.#typed.length
    return rest
  }

  /** Read something, or nothing: when it gives undefined, nothing has been passed. */
  attempt<Value>(read: () => Value | undefined): Value | undefined {
    const from = this.at
    const value = read()
    if (value === undefined) this.at = from
    return value
  }

  #afterSpace(): number {
    let at = this.at
    while (at < this.#typed.length && isSpace(this.#typed, at)) at++
    return at
  }
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}

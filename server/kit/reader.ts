import { typed } from './lookalikes.ts'

/**
 * The pattern of a name in one word, for regular expressions with `u`: letters with their marks and joiners, digits, and
 * within it also a point, an apostrophe or a dash.
 */
export const NAME = "[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}_.'\\u200c\\u200d-]{0,79}(?<![.'-])"

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
    this.#typed = typed(text)
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

import { excerpt } from './excerpt.ts'
import type { FaultType } from './fault.ts'
import { Reader } from './reader.ts'

/** By whose clock and whose habits a text is read. */
export interface Writer {
  readonly now: Date
  /** IANA time zone. */
  readonly zone: string
  /** ISO country whose national numbers are understood. */
  readonly country: string | null
}

/** A part of a command that holds something: how it is shown, read and written. */
export interface Slot<Value> {
  /** As the syntax shows it, in letters that all phones have: it is texted. */
  readonly shape: string
  /** Whether it holds what people have to say, which no summary shows. */
  readonly isSaid?: boolean
  /** Read one; undefined when what stands here is none. */
  read(reader: Reader, writer: Writer): Value | undefined
  /** Write one so that it is read as the same again. */
  print(value: Value, writer: Writer): string
}

/** The parts of a command by name, in the order in which they are written. */
// biome-ignore lint/suspicious/noExplicitAny: the type of each slot's value is recovered by ValuesOf.
export type Slots = Readonly<Record<string, Slot<any>>>

/** What was read into slots. */
export type ValuesOf<S> = { readonly [Name in keyof S]: S[Name] extends Slot<infer Value> ? Value : never }

/** What is known of a command before anybody runs it: enough to read it and to explain it. */
export interface CommandText {
  /** One word or two, in lower case. */
  readonly verb: string
  /** Other ways to write the verb. An alias of a first word serves all verbs that begin with it. */
  readonly aliases?: readonly string[]
  readonly category: string
  readonly summary: string
  readonly examples: readonly string[]
  /** The budget by whose name its use counts beside that of all commands: that of the endpoint which does the same. */
  readonly limit?: string
  /** Whether it may stand behind a time. */
  readonly isSchedulable?: boolean
  /** Whether a text without a verb is this command, when it begins with what the first slot takes. */
  readonly isImplied?: boolean
  /** What it may refuse beyond not being understood. */
  readonly faults?: readonly FaultType[]
}

/** A command: its words, its slots, and what it does, which this file knows nothing of. */
export interface Command<Given, Outcome> extends CommandText {
  readonly slots: Slots
  run(given: Given, values: never): Promise<Outcome>
}

/** A command that was read, with what was read into its slots. */
export interface Phrase<Given, Outcome> {
  readonly command: Command<Given, Outcome>
  readonly values: Readonly<Record<string, unknown>>
}

/** What a text turned out to be. */
export type Parsed<Given, Outcome> =
  | { readonly kind: 'phrase'; readonly phrase: Phrase<Given, Outcome> }
  /** The verb is known, and what follows it does not fit. */
  | { readonly kind: 'misread'; readonly command: Command<Given, Outcome> }
  /** No verb begins like this; perhaps the nearest one was meant. */
  | { readonly kind: 'unknown'; readonly word: string; readonly nearest: Command<Given, Outcome> | null }

/** Declare a command; its `run` is given what its slots hold. */
export function defineCommand<Given, Outcome>() {
  return <const S extends Slots>(
    declaration: CommandText & { readonly slots: S; run(given: Given, values: ValuesOf<S>): Promise<Outcome> },
  ): Command<Given, Outcome> => declaration as Command<Given, Outcome>
}

/** A slot that may be left out; null when it was. */
export function optional<Value>({ shape, isSaid = false, read, print }: Slot<Value>): Slot<Value | null> {
  return {
    isSaid,
    shape: `[${shape}]`,
    read: (reader, writer) => reader.attempt(() => read(reader, writer)) ?? null,
    print: (value, writer) => (value === null ? '' : print(value, writer)),
  }
}

/** One or more, separated by commas. */
export function several<Value>({ shape, read, print }: Slot<Value>, most: number): Slot<readonly Value[]> {
  return {
    shape: `${shape}[,...]`,
    read: (reader, writer) => {
      const values: Value[] = []
      const next = () => (values.length > 0 && !reader.take(/,/y) ? undefined : read(reader, writer))
      for (;;) {
        const value = reader.attempt(next)
        if (value === undefined) return values.length > 0 && values.length <= most ? values : undefined
        values.push(value)
      }
    },
    print: (values, writer) => values.map((value) => print(value, writer)).join(','),
  }
}

/** One or more, one after the other up to the end. */
export function many<Value>({ shape, read, print }: Slot<Value>, most: number): Slot<readonly Value[]> {
  return {
    shape: `${shape}...`,
    read: (reader, writer) => {
      const values: Value[] = []
      while (!reader.isAtEnd && values.length < most) {
        const value = read(reader, writer)
        if (value === undefined) return undefined
        values.push(value)
        reader.take(/,/y)
      }
      return values.length > 0 ? values : undefined
    },
    print: (values, writer) => values.map((value) => print(value, writer)).join(' '),
  }
}

/** Whatever is left, as it was written; something must be. */
export function rest(shape: string): Slot<string> {
  return {
    shape,
    isSaid: true,
    read: (reader) => reader.rest() || undefined,
    print: (value) => value,
  }
}

/** A number from 0 on, of nine digits at most. */
export function count(shape: string): Slot<number> {
  return {
    shape,
    read: (reader) => {
      const match = reader.take(/\d{1,9}(?![\w.,:-]*\w)/y)
      return match && Number(match[0])
    },
    print: String,
  }
}

/** One of these words, in any case. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Slot<Word> {
  return {
    shape: words.join('|'),
    read: (reader) => {
      const word = reader.word().toLowerCase()
      return words.find((one) => one === word)
    },
    print: (value) => value,
  }
}

/** The longest verb has two words. */
const WORDS_AT_MOST = 2

/** All commands: reads texts into phrases and writes phrases as texts. */
export class CommandBook<Given, Outcome> {
  readonly commands: readonly Command<Given, Outcome>[]
  readonly #byVerb = new Map<string, Command<Given, Outcome>>()
  readonly #implied: Command<Given, Outcome> | undefined

  /** Throws when two commands answer to the same words. */
  constructor(commands: readonly Command<Given, Outcome>[]) {
    this.commands = commands
    this.#implied = commands.find(({ isImplied }) => isImplied)
    for (const command of commands) {
      for (const words of this.#waysToWrite(command)) {
        const other = this.#byVerb.get(words)
        if (other) throw new Error(`"${words}" is both ${other.verb} and ${command.verb}.`)
        this.#byVerb.set(words, command)
      }
    }
  }

  /** Every word that begins a command: what nothing else may be called. */
  get firstWords(): ReadonlySet<string> {
    return new Set([...this.#byVerb.keys()].map((words) => words.split(' ')[0] ?? ''))
  }

  /** The command of a verb or an alias; undefined when there is none. */
  find(verb: string): Command<Given, Outcome> | undefined {
    return this.#byVerb.get(verb.trim().toLowerCase().replace(/\s+/g, ' '))
  }

  /** Read a text, or what is left of it. The longest verb wins. Never throws; takes time in proportion to the text. */
  parse(text: string | Reader, writer: Writer): Parsed<Given, Outcome> {
    const reader = typeof text === 'string' ? new Reader(text) : text
    reader.take(/\//y)
    const start = reader.at
    for (let words = WORDS_AT_MOST; words > 0; words--) {
      reader.at = start
      const command = this.#byVerb.get(readVerb(reader, words))
      if (!command) continue
      const values = readSlots(command, reader, writer)
      return values ? { kind: 'phrase', phrase: { command, values } } : { kind: 'misread', command }
    }
    reader.at = start
    const values = this.#implied && readSlots(this.#implied, reader, writer)
    if (this.#implied && values) return { kind: 'phrase', phrase: { command: this.#implied, values } }
    reader.at = start
    const word = reader.peek()
    return { kind: 'unknown', word: excerpt(word, LONGEST_WORD), nearest: this.#nearest(word.toLowerCase()) }
  }

  /** A phrase in its one canonical form, which is read as the same phrase again. */
  print({ command, values }: Phrase<Given, Outcome>, writer: Writer): string {
    const slots = Object.entries(command.slots) as [string, Slot<unknown>][]
    const parts = slots.map(([name, slot]) => slot.print(values[name], writer))
    return [command.verb, ...parts].filter((part) => part !== '').join(' ')
  }

  /** How a command is written: `call add @contact`. */
  syntaxOf({ verb, slots }: Command<Given, Outcome>): string {
    return [verb, ...Object.values(slots).map(({ shape }) => shape)].join(' ')
  }

  #waysToWrite({ verb, aliases = [] }: Command<Given, Outcome>): readonly string[] {
    const [first = '', ...more] = verb.split(' ')
    const root = more.length > 0 ? this.commands.find((command) => command.verb === first) : undefined
    const short = (root?.aliases ?? []).filter((alias) => !alias.includes(' '))
    return [verb, ...aliases, ...short.map((alias) => [alias, ...more].join(' '))]
  }

  #nearest(word: string): Command<Given, Outcome> | null {
    let nearest: Command<Given, Outcome> | null = null
    let least = Math.min(word.length - 1, word.length < 4 ? 2 : 3)
    for (const [words, command] of this.#byVerb) {
      const [first = ''] = words.split(' ')
      // So many letters are to be added or dropped in any case.
      if (words.length < 3 || Math.abs(first.length - word.length) >= least) continue
      const distance = distanceBetween(word, first)
      if (distance < least) [nearest, least] = [command, distance]
    }
    return nearest
  }
}

/** So much is said back of a word that nobody knows; no verb is as long. */
const LONGEST_WORD = 24

/** So many words in lower case, as a verb is looked up; a full stop behind the last word of all is no part of it. */
function readVerb(reader: Reader, words: number): string {
  const read: string[] = []
  for (let word = 0; word < words; word++) {
    const one = (reader.take(/\?/y)?.[0] ?? reader.word()).toLowerCase()
    read.push(reader.isAtEnd ? one.replace(/(?<=\w)[.!]$/, '') : one)
  }
  return read.join(' ')
}

function readSlots<Given, Outcome>(
  { slots }: Command<Given, Outcome>,
  reader: Reader,
  writer: Writer,
): Readonly<Record<string, unknown>> | undefined {
  const values: Record<string, unknown> = {}
  for (const [name, slot] of Object.entries(slots) as [string, Slot<unknown>][]) {
    const value = slot.read(reader, writer)
    if (value === undefined) return undefined
    values[name] = value
    // People part what they write by commas: `@bo, call me`.
    reader.take(/,[,\s]*/y)
  }
  reader.take(/[.!]+(?=\s*$)/y)
  return reader.isAtEnd ? values : undefined
}

/** How many letters must be added, dropped, changed or swapped with their neighbour to make one word of the other. */
function distanceBetween(one: string, other: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1]
      const least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (isSame ? 0 : 1))
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      next.push(isSwap ? Math.min(least, (before[j - 2] ?? 0) + 1) : least)
    }
    ;[before, row] = [row, next]
  }
  return row[other.length] ?? 0
}

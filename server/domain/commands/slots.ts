import { isAssigned, parsePhone } from '#domain/phones'
import { rest, type Slot, type Writer } from '#kit/command'
import { NAME, type Reader } from '#kit/reader'

/** Whom a word names, before anybody has looked them up. */
export type Target =
  | { readonly kind: 'tag'; readonly name: string }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'contact'; readonly name: string }
  | { readonly kind: 'phone'; readonly phone: string }

/** A tag: `*jazz`, or `jazz` where nothing else could stand. Its name, in lower case. */
export const tag: Slot<string> = {
  shape: '*tag',
  read: (reader) => reader.take(/\*?([a-z]\w{2,19})(?!\w)/iy)?.[1]?.toLowerCase(),
  print: (name) => `*${name}`,
}

/** A tag that must have its `*`, so that what people have to say is not taken for one. */
export const starredTag: Slot<string> = {
  shape: '*tag',
  read: (reader) => (reader.peek().startsWith('*') ? tag.read(reader, NOBODY) : undefined),
  print: (name) => `*${name}`,
}

/** A group: `#band`, `#"the whole band"`, or `band` where nothing else could stand. */
export const group: Slot<string> = {
  shape: '#group',
  read: (reader) => named(reader, '#'),
  print: (name) => printed('#', name),
}

/** A contact: `@joe`, `@"Joe Smith"`, `joe`, or their number. */
export const contact: Slot<Target> = {
  shape: '@contact',
  read: (reader, writer) => phoneTarget(reader, writer) ?? nameTarget(reader, '@', 'contact'),
  print: (target) => printTarget(target),
}

/** Whoever may be called or texted: `*tag`, `#group`, `@contact`, a number; each with its sign. */
export const target: Slot<Target> = {
  shape: '*tag|#group|@contact|number',
  read: (reader, writer) => {
    const sign = reader.peek()[0]
    if (sign === '*') {
      const name = starredTag.read(reader, writer)
      return name === undefined ? undefined : { kind: 'tag', name }
    }
    if (sign === '#') return nameTarget(reader, '#', 'group')
    if (sign === '@' || sign === '"') return nameTarget(reader, '@', 'contact')
    return phoneTarget(reader, writer)
  },
  print: (one) => printTarget(one),
}

/** A number, in any way that people write numbers; E.164. */
export const phone: Slot<string> = {
  shape: 'number',
  read: (reader, writer) => readPhone(reader, writer),
  print: (number) => number,
}

/** A name of several words in quotes, or one word. */
export const name: Slot<string> = {
  shape: '"name"',
  read: (reader) => reader.take(/"([^"]{1,80})"/y)?.[1]?.trim() || reader.take(/[^\s",]{1,80}/y)?.[0],
  print: (value) => (/^[^\s",]+$/.test(value) ? value : `"${value}"`),
}

/** Some words at the end, as they were written; a full stop alone is none: it ends what stands before it. */
export function remark(shape: string): Slot<string> {
  const all = rest(shape)
  return {
    ...all,
    read: (reader, writer) => {
      reader.take(/[.!]+(?=\s*$)/y)
      return all.read(reader, writer)
    },
  }
}

/** One word. */
export const word: Slot<string> = {
  shape: 'word',
  read: (reader) => reader.take(/@?([\p{L}\p{N}_]{1,40})(?![\p{L}\p{N}_])/uy)?.[1],
  print: (value) => value,
}

const NOBODY: Writer = { now: new Date(0), zone: 'UTC', country: null }
/** A number is written in so many pieces at most: `+1 (555) 123 4567`. */
const PIECES = 6

/**
 * The pieces of a number, as few as make one that is given out to somebody, else as few as make one at all: what follows
 * may be digits as well, and the first two pieces of `020 7946 0958` could be a short number. In one piece with its `+` it
 * is whole.
 */
function readPhone(reader: Reader, { country }: Writer): string | undefined {
  const start = reader.at
  let found: { readonly number: string; readonly end: number } | undefined
  let written = ''
  for (let piece = 0; piece < PIECES; piece++) {
    const [digits] = reader.take(/[+(\d][\d().+/-]*/y) ?? []
    if (digits === undefined) break
    written += `${digits} `
    const number = /\d.*\d.*\d.*\d.*\d.*\d.*\d/.test(written) ? parsePhone(written, country) : null
    if (number === null) continue
    const isWhole = (piece === 0 && written.startsWith('+')) || isAssigned(number)
    if (isWhole || !found) found = { number, end: reader.at }
    if (isWhole) break
  }
  reader.at = found?.end ?? start
  return found?.number
}

function phoneTarget(reader: Reader, writer: Writer): Target | undefined {
  const number = readPhone(reader, writer)
  return number === undefined ? undefined : { kind: 'phone', phone: number }
}

function nameTarget(reader: Reader, sign: string, kind: 'contact' | 'group'): Target | undefined {
  const found = named(reader, sign)
  return found === undefined ? undefined : { kind, name: found }
}

/** A name that needs no quotes. */
const PLAIN_NAME = new RegExp(`^${NAME}$`, 'u')

/** A name behind a sign that may be left out: one word, or several in quotes. */
function named(reader: Reader, sign: string): string | undefined {
  const quoted = reader.take(new RegExp(`${sign}?"([^"]{1,80})"`, 'y'))?.[1]?.trim()
  if (quoted) return quoted
  return reader.take(new RegExp(`${sign}?(${NAME})`, 'uy'))?.[1]
}

function printTarget(one: Target): string {
  if (one.kind === 'phone') return one.phone
  if (one.kind === 'tag') return `*${one.name}`
  return printed(one.kind === 'group' ? '#' : '@', one.name)
}

function printed(sign: string, value: string): string {
  return PLAIN_NAME.test(value) ? sign + value : `${sign}"${value}"`
}

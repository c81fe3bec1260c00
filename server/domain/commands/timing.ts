import type { Plan } from '#domain/billing'
import type { Timing } from '#domain/schedule'
import { secondsAfter } from '#kit/clock'
import type { CommandBook, CommandText, Phrase, Writer } from '#kit/command'
import type { Fault } from '#kit/fault'
import { Reader } from '#kit/reader'
import { printMoment, printRecurrence, readDuration, readMoment, readRecurrence } from '#kit/when'
import { CommandNotUnderstood } from './faults.ts'

/** A way to write a time before a command: by the word that it begins with. */
interface Way extends Pick<CommandText, 'summary' | 'examples'> {
  readonly verb: 'at' | 'in' | 'every'
  readonly aliases: readonly string[]
  readonly syntax: string
  readonly plan: Plan
}

/** Every way to write a time before a command. */
export const WAYS: readonly Way[] = [
  {
    verb: 'at',
    aliases: ['on'],
    syntax: 'at when, command',
    summary: 'Have a call, a text or a status wait for a moment.',
    examples: ['at fri 6pm, call grid', 'on 12/24 noon, status Merry Christmas', 'at tomorrow, @mom call me'],
    plan: 'free',
  },
  {
    verb: 'in',
    aliases: [],
    syntax: 'in how long, command',
    summary: 'Have it wait for minutes, hours, days or weeks.',
    examples: ['in 2h, call grid', 'in 1h 30m, @mom call me'],
    plan: 'free',
  },
  {
    verb: 'every',
    aliases: [],
    syntax: 'every day|weekday|mon at time, command',
    summary: 'Have it done again and again, at the same time of day.',
    examples: ['every weekday at 9am, status Open!', 'every mon at 18:00, #band Rehearsal'],
    plan: 'plus',
  },
]

/** A text that is to be read as a command: the time before it, and where the command begins. */
export interface TimedText {
  readonly timing: Timing | null
  readonly command: Reader
}

/** Read the time before a command, if there is one. Throws `CommandNotUnderstood` for one that is none, or stands alone. */
export function readTimed(text: string, writer: Writer): TimedText {
  const command = new Reader(text)
  command.take(/\//y)
  const start = command.at
  const word = command.word().toLowerCase()
  const way = WAYS.find(({ verb, aliases }) => [verb, ...aliases].includes(word))
  if (!way) {
    command.at = start
    return { timing: null, command }
  }
  const timing = readTiming(way.verb, command, writer)
  if (!timing) throw misread(word, 'no time behind it', way)
  command.take(/[,:]/y)
  if (command.isAtEnd) throw misread(word, 'nothing to do then', way)
  return { timing, command }
}

function misread(word: string, what: string, { examples: [example] }: Way): Fault {
  return CommandNotUnderstood({
    message: `I read "${word}", and ${what}. Write: ${example}`,
    fields: { text: `Write: ${example}` },
  })
}

/** A command behind its time as it is read again: `at 2026-11-27T18:00-08:00 call @mom`. */
export function printTimed<Given, Outcome>(
  book: CommandBook<Given, Outcome>,
  phrase: Phrase<Given, Outcome>,
  timing: Timing | null,
  writer: Writer,
): string {
  const command = book.print(phrase, writer)
  if (!timing) return command
  const when = timing.repeat ? `every ${printRecurrence(timing.repeat)}` : `at ${printMoment(timing.at, writer.zone)}`
  return `${when} ${command}`
}

function readTiming(way: Way['verb'], reader: Reader, writer: Writer): Timing | undefined {
  if (way === 'every') {
    const repeat = readRecurrence(reader)
    return repeat && { repeat }
  }
  if (way === 'in') {
    const seconds = readDuration(reader)
    return seconds === undefined ? undefined : { at: secondsAfter(writer.now, seconds) }
  }
  const at = readMoment(reader, writer)
  return at && { at }
}

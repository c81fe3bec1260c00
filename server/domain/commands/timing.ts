import type { Timing } from '#domain/schedule'
import { secondsAfter } from '#kit/clock'
import type { CommandBook, Phrase, Writer } from '#kit/command'
import { Reader } from '#kit/reader'
import { printMoment, printRecurrence, readDuration, readMoment, readRecurrence } from '#kit/when'
import { CommandNotUnderstood } from './faults.ts'

/** How the time before a command is written, by the word it begins with. */
const WAYS: Readonly<Record<string, string>> = {
  at: 'at fri 6pm, call grid',
  on: 'on fri 18:00, call grid',
  in: 'in 2h, call grid',
  every: 'every weekday at 9am, status Open!',
}

/** A text that is to be read as a command: the time before it, and where the command begins. */
export interface TimedText {
  readonly timing: Timing | null
  readonly command: Reader
}

/** Read the time before a command, if there is one. Throws `CommandNotUnderstood` when there is one and it is none. */
export function readTimed(text: string, writer: Writer): TimedText {
  const command = new Reader(text)
  command.take(/\//y)
  const start = command.at
  const way = command.word().toLowerCase()
  const syntax = Object.hasOwn(WAYS, way) ? WAYS[way] : undefined
  if (syntax === undefined) {
    command.at = start
    return { timing: null, command }
  }
  const timing = readTiming(way, command, writer)
  if (!timing) {
    throw CommandNotUnderstood({
      message: `I read "${way}", and no time behind it. Write: ${syntax}`,
      fields: { text: `Write: ${syntax}` },
    })
  }
  command.take(/[,:]/y)
  return { timing, command }
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

function readTiming(way: string, reader: Reader, writer: Writer): Timing | undefined {
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

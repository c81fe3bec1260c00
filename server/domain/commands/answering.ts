import type { User } from '#domain/accounts'
import * as inbox from '#domain/inbox'
import type { Writer } from '#kit/command'
import { Fault } from '#kit/fault'
import type { View } from '#kit/unit'
import { book } from './book.ts'
import { readTimed } from './timing.ts'

/**
 * What somebody writes below one of their messages, as a command: `reply` without a number answers that one, and so does
 * whatever is no command; any other command is left as it is. Throws `MessageNotFound`.
 */
export async function asAnswer(
  view: View,
  user: User,
  writer: Writer,
  text: string,
  messageId: string,
): Promise<string> {
  const { number } = await inbox.get(view, user.id, messageId)
  const body = answerIn(text, writer)
  return body === null ? text : `reply ${number} ${body}`
}

/** The words that answer a message; null for a command that does something else. */
function answerIn(text: string, writer: Writer): string | null {
  const parsed = parse(text, writer)
  if (parsed?.kind !== 'phrase') return text
  const { command, values } = parsed.phrase
  return command.verb === 'reply' && values.number === null ? String(values.body) : null
}

function parse(text: string, writer: Writer) {
  try {
    return book.parse(readTimed(text, writer).command, writer)
  } catch (error) {
    // What begins like a time and is none: `in a minute`.
    if (error instanceof Fault) return null
    throw error
  }
}

import type { User } from '#domain/accounts'
import * as commands from '#domain/commands'
import * as messages from '#domain/messages'
import type { InboundText } from '#domain/texts'
import { Fault, RateLimited } from '#kit/fault'
import { attempt, Kept, type Unit } from '#kit/unit'
import type { Answer } from './model.ts'
import { slowed } from './waiting.ts'
import { refusal, sentBack } from './wording.ts'

/** Answers to a question; where nothing was asked, they are what people say to each other. */
const ANSWERS = new Set(['ok', 'no'])

/**
 * Somebody with an account texts: a command is done; anything else goes to whoever has texted them lately, or else is a
 * command that was not understood.
 */
export async function answerMember(unit: Unit, sender: User, text: InboundText): Promise<Answer> {
  if (sender.suspendedAt) return { outcome: 'silent', reply: null }
  if (!(await isCommand(unit, sender, text))) {
    const reply = await textBack(unit, sender, text)
    if (reply !== null) return { outcome: 'taken', reply }
  }
  return { outcome: 'taken', reply: await run(unit, sender, text) }
}

async function isCommand(unit: Unit, sender: User, { body }: InboundText): Promise<boolean> {
  const parsed = commands.understand(unit, sender, body)
  if (parsed.kind !== 'phrase') return false
  return !ANSWERS.has(parsed.phrase.command.verb) || commands.isAsked(unit, sender.id)
}

/** Bring a text to whom it answers; null when there is nobody. */
async function textBack(unit: Unit, sender: User, text: InboundText): Promise<string | null> {
  const { id, phone, ourNumber, body } = text
  const line = { phone, ourNumber, holder: sender }
  try {
    const sent = await attempt(unit, (inner) => messages.textBack(inner, line, { body, via: 'sms', textId: id }))
    return sent && sentBack(sent)
  } catch (error) {
    if (error instanceof Fault) return (await refused(unit, text, error)) ?? ''
    throw error
  }
}

/** Do what a text says, with everything that a command stands for; gives what its sender is told. */
async function run(unit: Unit, sender: User, text: InboundText): Promise<string | null> {
  try {
    const asker = { user: sender, source: 'sms', isConfirmed: false, textId: text.id } as const
    return (await commands.run(unit, asker, text.body)).reply
  } catch (error) {
    // The refusal is the answer; that it was refused is kept in this very unit.
    if (error instanceof Kept) return refused(unit, text, error.fault)
    throw error
  }
}

/** What whoever texts is told of a refusal; null where they were told to wait and do not. */
async function refused(unit: Unit, text: InboundText, fault: Fault): Promise<string | null> {
  if (fault.type !== RateLimited) return refusal(fault)
  return slowed(unit, text, 'recipients', fault.retryAfterSeconds ?? 60)
}

import type { User } from '#domain/accounts'
import * as commands from '#domain/commands'
import type { InboundText } from '#domain/texts'
import { Kept, type Unit } from '#kit/unit'
import type { Answer } from './model.ts'
import { refusal } from './wording.ts'

/** Somebody with an account texts: a command is done. */
export async function answerMember(unit: Unit, sender: User, text: InboundText): Promise<Answer> {
  if (sender.suspendedAt) return { outcome: 'silent', reply: null }
  return { outcome: 'taken', reply: await run(unit, sender, text) }
}

/** Do what a text says, with everything that a command stands for; gives what its sender is told. */
async function run(unit: Unit, sender: User, { id, body }: InboundText): Promise<string> {
  try {
    const asker = { user: sender, source: 'sms', isConfirmed: false, textId: id } as const
    return (await commands.run(unit, asker, body)).reply
  } catch (error) {
    // The refusal is the answer; that it was refused is kept in this very unit.
    if (error instanceof Kept) return refusal(error.fault)
    throw error
  }
}

import type { Plan } from '#domain/billing'
import type { CommandBook } from '#kit/command'
import type { Given, Outcome } from './model.ts'
import { WAYS } from './timing.ts'

/** How something is written, for people who want to write it. */
export interface GuideEntry {
  readonly verb: string
  readonly aliases: readonly string[]
  readonly syntax: string
  readonly summary: string
  readonly category: string
  readonly examples: readonly string[]
  /** Whether it may stand behind a time. */
  readonly isSchedulable: boolean
  /** The least plan that has it. */
  readonly plan: Plan
}

/** What stands before jobs in the guide. */
const LATER = 'Scheduled'

/** All that can be written: every command, and the times that may stand before one. */
export function guideOf(book: CommandBook<Given, Outcome>): readonly GuideEntry[] {
  const entries = book.commands.map(
    (command): GuideEntry => ({
      verb: command.verb,
      aliases: command.aliases ?? [],
      syntax: book.syntaxOf(command),
      summary: command.summary,
      category: command.category,
      examples: command.examples,
      isSchedulable: command.isSchedulable ?? false,
      plan: 'free',
    }),
  )
  const times = WAYS.map((way): GuideEntry => ({ ...way, category: LATER, isSchedulable: false }))
  const at = entries.findIndex(({ category }) => category === LATER)
  return entries.toSpliced(at, 0, ...times)
}

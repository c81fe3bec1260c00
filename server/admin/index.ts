import { type AdminTools, type Command, CommandError } from './command.ts'
import { exportUser } from './export.ts'
import { cancelJob, listJobs, retryJob } from './jobs.ts'
import { disableKeys, enableKeys, listKeys, newKeys, rotateKey, setKeys, showKeys } from './keys.ts'
import { dropEvent, retryEvent, showOutbox } from './outbox.ts'
import { reconcileNow } from './reconcile.ts'
import { dismissReport, listReports, showReport, upholdReport } from './reports.ts'
import { showRoutes } from './routes.ts'
import { seed } from './seed.ts'
import { restoreUser, revokeSessions, suspendUser } from './users.ts'

export { type AdminTools, CommandError } from './command.ts'

const COMMANDS: readonly Command[] = [
  exportUser,
  suspendUser,
  restoreUser,
  revokeSessions,
  listReports,
  showReport,
  dismissReport,
  upholdReport,
  listJobs,
  retryJob,
  cancelJob,
  listKeys,
  showKeys,
  newKeys,
  rotateKey,
  setKeys,
  disableKeys,
  enableKeys,
  seed,
  // The words that name more come before those that begin like them.
  retryEvent,
  dropEvent,
  showOutbox,
  reconcileNow,
  showRoutes,
]

/** The command that an operator's words name, with what comes behind them; null when they name none. */
export function commandOf(words: readonly string[]): ((tools: AdminTools) => Promise<void>) | null {
  const command = COMMANDS.find((known) => known.words.every((word, index) => words[index] === word))
  if (!command) return null
  const args = words.slice(command.words.length)
  return async (tools) => {
    if (args.length > mostOf(command))
      throw new CommandError(`Too many words for "${lineOf(command)}". Quote what has spaces.`)
    await command.run(tools, args)
  }
}

/** How many words a command takes behind those that name it; any number where the last one may be several. */
function mostOf({ takes }: Command): number {
  return takes.endsWith('…') ? Number.POSITIVE_INFINITY : takes.split(' ').filter(Boolean).length
}

function lineOf({ words, takes }: Command): string {
  return [...words, takes].filter(Boolean).join(' ')
}

/** One line about each command. */
export function usage(): readonly string[] {
  return COMMANDS.map((command) => `${lineOf(command).padEnd(26)} ${command.summary}`)
}

/** The sentence for an operator about what went wrong; null when it was no fault of what they asked for. */
export function refusalOf(error: unknown): string | null {
  return error instanceof CommandError ? error.message : null
}

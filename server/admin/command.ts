import type { User } from '#domain/accounts'
import { byId, identify } from '#domain/accounts'
import type { Blobs } from '#domain/media'
import type { MountedSurface } from '#kit/endpoint'
import { IdSchema } from '#kit/id'
import type { Database } from '#kit/unit'

/** What a command works with. */
export interface AdminTools {
  readonly database: Database
  /** Where bytes of media are kept. */
  readonly blobs: Pick<Blobs, 'read'>
  /** Everything that this deployment answers, as it is declared. */
  readonly surfaces: readonly MountedSurface[]
  /**
   * Ask the carrier what was missed: how much was mended, by kind, or null when another process is at it. Null itself
   * where there is no carrier that this process could ask.
   */
  readonly reconcile: (() => Promise<Readonly<Record<string, number>> | null>) | null
  /** Whether people rely on this deployment. */
  readonly isProduction: boolean
  /** Write to where the command's answer goes; resolves when more may be written. */
  readonly write: (text: string) => Promise<void>
}

/** Something that an operator asks for: `kadoink <words> <arguments>`. */
export interface Command {
  /** The words that name it, and what comes behind them. */
  readonly words: readonly string[]
  readonly takes: string
  readonly summary: string
  run(tools: AdminTools, args: readonly string[]): Promise<void>
}

/** A command that cannot be done as it was asked for; the sentence says why. */
export class CommandError extends Error {}

/** The person whom an operator names by username, e-mail address, verified mobile or id. Throws `CommandError`. */
export async function named(tools: AdminTools, args: readonly string[]): Promise<User> {
  const [name = ''] = args.filter((argument) => !argument.startsWith('--'))
  if (name === '') throw new CommandError('Name somebody: by username, e-mail address, mobile or id.')
  const isId = IdSchema.safeParse(name).success
  const user = await tools.database.read((view) => (isId ? byId(view, name) : identify(view, name)))
  if (!user) throw new CommandError(`Nobody here is called ${name}.`)
  return user
}

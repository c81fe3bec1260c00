import { restore, suspend, type User } from '#domain/accounts'
import { revokeAll } from '#domain/sessions'
import type { Unit } from '#kit/unit'
import { type Command, named } from './command.ts'

export const suspendUser = onUser(['users', 'suspend'], suspend, {
  summary: 'shut somebody out until they are restored; their sockets close',
  stands: 'is suspended',
})

export const restoreUser = onUser(['users', 'restore'], restore, {
  summary: 'let somebody in again',
  stands: 'is not suspended',
})

export const revokeSessions = onUser(['sessions', 'revoke'], revokeAll, {
  summary: 'sign somebody out everywhere',
  stands: 'is signed out everywhere',
})

/** A command that does something to somebody, and says how they stand then. */
function onUser(
  words: Command['words'],
  act: (unit: Unit, user: User) => Promise<unknown>,
  { summary, stands }: { readonly summary: string; readonly stands: string },
): Command {
  return {
    words,
    takes: '<user>',
    summary,
    async run(tools, args) {
      const user = await named(tools, args)
      await tools.database.write((unit) => act(unit, user))
      await tools.write(`${user.username} ${stands}.\n`)
    },
  }
}

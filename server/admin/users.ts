import { restore, suspend } from '#domain/accounts'
import { revokeAll } from '#domain/sessions'
import { type Command, named } from './command.ts'

export const suspendUser: Command = {
  words: ['users', 'suspend'],
  takes: '<user>',
  summary: 'shut somebody out until they are restored; their sockets close',
  async run(tools, args) {
    const user = await named(tools, args)
    await tools.database.write((unit) => suspend(unit, user))
    await tools.write(`${user.username} is suspended.\n`)
  },
}

export const restoreUser: Command = {
  words: ['users', 'restore'],
  takes: '<user>',
  summary: 'let somebody in again',
  async run(tools, args) {
    const user = await named(tools, args)
    await tools.database.write((unit) => restore(unit, user))
    await tools.write(`${user.username} is not suspended.\n`)
  },
}

export const revokeSessions: Command = {
  words: ['sessions', 'revoke'],
  takes: '<user>',
  summary: 'sign somebody out everywhere',
  async run(tools, args) {
    const user = await named(tools, args)
    await tools.database.write((unit) => revokeAll(unit, user))
    await tools.write(`${user.username} is signed out everywhere.\n`)
  },
}

import * as accounts from '#domain/accounts'
import * as tags from '#domain/tags'
import { rest } from '#kit/command'
import { command } from '../model.ts'

const common = { category: 'Account' } as const

export const me = command({
  ...common,
  verb: 'me',
  summary: 'Who you are here.',
  examples: ['me'],
  slots: {},
  async run({ unit, user }) {
    const primary = await tags.primaryOf(unit, user.id)
    const reply = `${user.name}${primary ? ` (*${primary.name})` : ''}, ${user.mobile ?? 'no number'}, ${user.timezone}`
    return { reply, result: { type: 'user', data: user } }
  },
})

export const setName = command({
  ...common,
  verb: 'name',
  summary: 'Change your name.',
  examples: ['name Ann Lee'],
  slots: { name: rest('your name') },
  async run({ unit, user }, { name }) {
    const changed = await accounts.updateProfile(unit, user, { name: name.replace(/\s+/g, ' ').slice(0, 80) })
    return { reply: `You are ${changed.name} now.`, result: { type: 'user', data: changed } }
  },
})

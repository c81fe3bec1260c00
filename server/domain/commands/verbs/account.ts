import * as accounts from '#domain/accounts'
import { entitlementsOf } from '#domain/entitlements'
import * as tags from '#domain/tags'
import { optional, rest, type Slot } from '#kit/command'
import { ValidationFailed } from '#kit/fault'
import { type Hours, printHours, readHours } from '#kit/when'
import { checked } from '../checked.ts'
import { command } from '../model.ts'

const common = { category: 'Account' } as const

/** Hours of every day, by the clock on the wall. */
const hours: Slot<Hours> = { shape: 'from-to', read: (reader) => readHours(reader), print: printHours }

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
  faults: [ValidationFailed],
  slots: { name: rest('your name') },
  async run({ unit, user }, { name }) {
    const wanted = { name: checked(accounts.PersonNameSchema, name.replace(/\s+/g, ' ')) }
    const changed = await accounts.updateProfile(unit, user, wanted)
    return { reply: `You are ${changed.name} now.`, result: { type: 'user', data: changed } }
  },
})

export const plan = command({
  ...common,
  verb: 'plan',
  summary: 'Your plan, and how many texts are left this month.',
  examples: ['plan'],
  slots: {},
  async run({ unit, user }) {
    const { limits, usage } = await entitlementsOf(unit, user)
    const left = Math.max(0, limits.smsPerMonth - usage.smsPerMonth)
    const reply = `${user.plan === 'plus' ? 'Plus' : 'Free'} plan: ${left} of ${limits.smsPerMonth} texts left.`
    return { reply, result: { type: 'entitlements', data: user } }
  },
})

export const quiet = command({
  ...common,
  verb: 'quiet',
  summary: 'Hold back texts of tags between two times of day, or say when they are held back.',
  examples: ['quiet 22:00-8:00', 'quiet 10pm-8am'],
  slots: { during: optional(hours) },
  async run({ unit, user }, { during }) {
    if (during === null) return { reply: quietness(user), result: { type: 'user', data: user } }
    const quietHours = { start: during.from, end: during.to }
    const changed = await accounts.updateProfile(unit, user, { settings: { quietHours } })
    return { reply: quietness(changed), result: { type: 'user', data: changed } }
  },
})

export const quietOff = command({
  ...common,
  verb: 'quiet off',
  summary: 'Get the texts of tags at any time.',
  examples: ['quiet off'],
  slots: {},
  async run({ unit, user }) {
    const changed = await accounts.updateProfile(unit, user, { settings: { quietHours: null } })
    return { reply: quietness(changed), result: { type: 'user', data: changed } }
  },
})

function quietness({ settings: { quietHours }, timezone }: accounts.User): string {
  return quietHours === null
    ? 'Quiet hours are off.'
    : `Quiet from ${quietHours.start} to ${quietHours.end} (${timezone}).`
}

import { PlanLimitReached } from '#domain/billing'
import * as contacts from '#domain/contacts'
import * as groups from '#domain/groups'
import { many } from '#kit/command'
import { ValidationFailed } from '#kit/fault'
import { checked } from '../checked.ts'
import { contactOf, groupOf } from '../lookup.ts'
import { command, type Given } from '../model.ts'
import { contact, group, type Target } from '../slots.ts'
import { listed, MOST_LISTED } from '../wording.ts'

const common = { category: 'Groups' } as const
/** So many members are named in one text. */
const members = many(contact, 50)

export const listGroups = command({
  ...common,
  verb: 'groups',
  summary: 'Your groups.',
  examples: ['groups'],
  slots: {},
  async run({ unit, user }) {
    const { items, hasMore } = await groups.list(unit, user, { limit: MOST_LISTED, offset: 0, beforeId: null })
    const names = items.map(({ name, memberCount }) => `#${name} (${memberCount})`)
    return {
      reply: items.length === 0 ? 'No groups.' : listed(names, hasMore),
      result: { type: 'groups', data: items },
    }
  },
})

export const newGroup = command({
  ...common,
  verb: 'group new',
  summary: 'Make a group of some contacts.',
  examples: ['group new #band @joe @kim'],
  faults: [PlanLimitReached, groups.GroupExists, ValidationFailed],
  slots: { name: group, who: members },
  async run(given, { name, who }) {
    const { unit, user } = given
    const wanted = { name: checked(groups.GroupNameSchema, name), contactIds: await idsOf(given, who) }
    const made = await groups.create(unit, user, wanted)
    return { reply: await described(given, made), result: { type: 'group', data: made } }
  },
})

export const addToGroup = command({
  ...common,
  verb: 'group add',
  summary: 'Put contacts into a group.',
  examples: ['group add #band @lee'],
  faults: [PlanLimitReached],
  slots: { name: group, who: members },
  async run(given, { name, who }) {
    const { unit, user } = given
    const { id } = await groupOf(unit, user, name)
    for (const contactId of await idsOf(given, who)) await groups.addMember(unit, user, id, contactId)
    const changed = await groups.get(unit, user, id)
    return { reply: await described(given, changed), result: { type: 'group', data: changed } }
  },
})

export const removeFromGroup = command({
  ...common,
  verb: 'group remove',
  summary: 'Take a contact out of a group.',
  examples: ['group remove #band @joe'],
  faults: [groups.MemberNotFound],
  slots: { name: group, who: contact },
  async run(given, { name, who }) {
    const { unit, user } = given
    const { id } = await groupOf(unit, user, name)
    await groups.removeMember(unit, user, id, (await contactOf(unit, user, who)).id)
    const changed = await groups.get(unit, user, id)
    return { reply: await described(given, changed), result: { type: 'group', data: changed } }
  },
})

export const whoIsInGroup = command({
  ...common,
  verb: 'group who',
  summary: 'Who is in a group.',
  examples: ['group who #band'],
  slots: { name: group },
  async run(given, { name }) {
    const found = await groupOf(given.unit, given.user, name)
    return { reply: await described(given, found), result: { type: 'group', data: found } }
  },
})

export const dropGroup = command({
  ...common,
  verb: 'group drop',
  summary: 'Delete a group; its contacts stay.',
  examples: ['group drop #band'],
  slots: { name: group },
  async run({ unit, user }, { name }) {
    const found = await groupOf(unit, user, name)
    await groups.remove(unit, user, found.id)
    return { reply: `#${found.name} is deleted.`, result: null }
  },
})

async function idsOf({ unit, user }: Given, who: readonly Target[]): Promise<readonly string[]> {
  const ids: string[] = []
  for (const one of who) ids.push((await contactOf(unit, user, one)).id)
  return ids
}

/** `#band: Joe, Kim` */
async function described({ unit, user }: Given, { id, name }: groups.Group): Promise<string> {
  const inside = await contacts.inGroup(unit, user.id, id)
  return inside.length === 0
    ? `#${name} is empty.`
    : `#${name}: ${listed(
        inside.map((one) => one.name),
        false,
      )}`
}

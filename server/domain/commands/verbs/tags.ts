import { PlanLimitReached } from '#domain/billing'
import * as tags from '#domain/tags'
import { oneOf, optional, rest } from '#kit/command'
import { ValidationFailed } from '#kit/fault'
import { checked } from '../checked.ts'
import { ownTagOf } from '../lookup.ts'
import { command, type Done, type Given } from '../model.ts'
import { remark, tag } from '../slots.ts'
import { listed } from '../wording.ts'

const common = { category: 'Tags' } as const
/** More than any plan allows. */
const ALL = { limit: 100, offset: 0, beforeId: null } as const
const own = [tags.KtagNotFound, tags.NotKtagOwner] as const

export const listTags = command({
  ...common,
  verb: 'tags',
  summary: 'Your own tags, with how many follow them.',
  examples: ['tags'],
  slots: {},
  async run({ unit, user }) {
    const { items, hasMore } = await tags.listOwn(unit, user, ALL)
    const names = items.map(
      ({ ktag }) => `*${ktag.name} (${ktag.followerCount}${ktag.visibility === 'private' ? ', private' : ''})`,
    )
    return { reply: listed(names, hasMore), result: { type: 'ktags', data: items } }
  },
})

export const newTag = command({
  ...common,
  verb: 'tag new',
  summary: 'Make a tag, public unless you say private.',
  examples: ['tag new *gig private Friday gigs', 'tag new gig'],
  slots: { name: tag, visibility: optional(oneOf('public', 'private')), title: optional(remark('title')) },
  faults: [tags.KtagTaken, PlanLimitReached, ValidationFailed],
  async run({ unit, user }, { name, visibility, title }) {
    const wanted = {
      name: checked(tags.NewKtagNameSchema, name),
      title: title === null ? null : checked(tags.KtagTitleSchema, title),
      visibility: visibility ?? 'public',
    }
    const made = await tags.create(unit, user, wanted)
    return { reply: `*${made.ktag.name} created (${wanted.visibility}).`, result: { type: 'ktag', data: made } }
  },
})

export const dropTag = command({
  ...common,
  verb: 'tag drop',
  summary: 'Delete a tag of yours; its followers lose it.',
  examples: ['tag drop gig'],
  slots: { name: tag },
  faults: [...own, tags.PrimaryKtag, tags.KtagOnCall],
  async run({ unit, user }, { name }) {
    const { id } = await ownTagOf(unit, user, name)
    await tags.remove(unit, user, id)
    return { reply: `*${name} is deleted.`, result: null }
  },
})

export const openTag = command({
  ...common,
  verb: 'tag open',
  summary: 'Let everybody see and follow a tag of yours.',
  examples: ['tag open gig'],
  slots: { name: tag },
  faults: own,
  run: (given, { name }) => change(given, name, { visibility: 'public' }, `*${name} is public.`),
})

export const closeTag = command({
  ...common,
  verb: 'tag close',
  summary: 'Make a tag of yours private; those who follow it stay.',
  examples: ['tag close gig'],
  slots: { name: tag },
  faults: own,
  run: (given, { name }) => change(given, name, { visibility: 'private' }, `*${name} is private.`),
})

export const titleTag = command({
  ...common,
  verb: 'tag title',
  summary: 'Say what a tag of yours is about.',
  examples: ['tag title gig Friday gigs'],
  slots: { name: tag, title: rest('title') },
  faults: [...own, ValidationFailed],
  run: (given, { name, title }) => {
    const checkedTitle = checked(tags.KtagTitleSchema, title)
    return change(given, name, { title: checkedTitle }, `*${name}: ${checkedTitle}`)
  },
})

async function change({ unit, user }: Given, name: string, changes: tags.KtagChanges, reply: string): Promise<Done> {
  const { id } = await ownTagOf(unit, user, name)
  return { reply, result: { type: 'ktag', data: await tags.edit(unit, user, id, changes) } }
}

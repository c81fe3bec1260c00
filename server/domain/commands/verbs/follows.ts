import { byIds, type User } from '#domain/accounts'
import { PlanLimitReached } from '#domain/billing'
import * as invites from '#domain/invites'
import { maskPhone } from '#domain/phones'
import * as statuses from '#domain/statuses'
import * as tags from '#domain/tags'
import { count, optional, rest } from '#kit/command'
import { excerpt } from '#kit/excerpt'
import { ValidationFailed } from '#kit/fault'
import type { View } from '#kit/unit'
import { orNoTag, tagOf } from '../lookup.ts'
import { command, type Done, type Given } from '../model.ts'
import { tag } from '../slots.ts'
import { listed, MOST_LISTED } from '../wording.ts'

const common = { category: 'Follows' } as const
const FIRST = { limit: MOST_LISTED, offset: 0, beforeId: null } as const
/** So many statuses are read out, unless somebody says how many. */
const USUAL_FEED = 3
/** So much of one status is read out among others. */
const READ_OUT = 60

export const follow = command({
  ...common,
  verb: 'follow',
  aliases: ['f'],
  summary: 'Follow a tag, with its texts.',
  examples: ['follow *jazz', 'f jazz'],
  slots: { name: tag },
  faults: [tags.KtagNotFound, tags.OwnKtag, PlanLimitReached],
  async run({ unit, user }, { name }) {
    const found = await followed(unit, user, name, {})
    const hint = found.follow?.texts
      ? `MUTE ${name.toUpperCase()} stops the texts.`
      : `UNMUTE ${name.toUpperCase()} brings its texts.`
    return { reply: `You follow *${name}. ${hint}`, result: { type: 'follow', data: found } }
  },
})

export const unfollow = command({
  ...common,
  verb: 'unfollow',
  aliases: ['uf'],
  summary: 'Stop following a tag.',
  examples: ['unfollow jazz', 'uf *jazz'],
  slots: { name: tag },
  faults: [tags.NotFollowing],
  async run({ unit, user }, { name }) {
    // By its id: a tag that somebody follows may be out of sight, and can be left all the same.
    await tags.unfollow(unit, user, await followedId(unit, user, name))
    return { reply: `You do not follow *${name} any more.`, result: null }
  },
})

export const mute = command({
  ...common,
  verb: 'mute',
  summary: 'Go on following a tag without its texts.',
  examples: ['mute jazz'],
  slots: { name: tag },
  faults: [tags.NotFollowing, tags.KtagNotFound],
  run: (given, { name }) => changeTexts(given, name, false),
})

export const unmute = command({
  ...common,
  verb: 'unmute',
  summary: 'Get the texts of a tag that you follow again.',
  examples: ['unmute jazz'],
  slots: { name: tag },
  faults: [tags.NotFollowing, tags.KtagNotFound],
  run: (given, { name }) => changeTexts(given, name, true),
})

export const following = command({
  ...common,
  verb: 'following',
  summary: 'The tags that you follow.',
  examples: ['following'],
  slots: {},
  async run({ unit, user }) {
    const { items, hasMore } = await tags.listFollows(unit, user, FIRST)
    const names = items.map(({ ktag, follow: flags }) => `*${ktag.name}${flags?.texts ? '' : ' (muted)'}`)
    const all = await tags.countFollows(unit, user)
    const reply = all === 0 ? 'You follow no tags.' : `You follow ${all}: ${listed(names, hasMore, ' ')}`
    return { reply, result: { type: 'follows', data: items } }
  },
})

export const followers = command({
  ...common,
  verb: 'followers',
  summary: 'Who follows your primary tag, or another tag.',
  examples: ['followers', 'followers jazz'],
  slots: { name: optional(tag) },
  faults: [tags.KtagNotFound],
  async run({ unit, user }, { name }) {
    const primary = name === null ? await tags.primaryOf(unit, user.id) : null
    const { ktag } = primary ? await tags.get(unit, user, primary.id) : await tagOf(unit, user, name ?? user.username)
    const { items, hasMore } = await tags.followers(unit, user, ktag.id, FIRST)
    const names = await namesOf(unit, items)
    const reply =
      names.length === 0
        ? `Nobody follows *${ktag.name}.`
        : `${ktag.followerCount} ${ktag.followerCount === 1 ? 'follows' : 'follow'} *${ktag.name}: ${listed(names, hasMore)}`
    return { reply, result: { type: 'followers', data: items } }
  },
})

export const feed = command({
  ...common,
  verb: 'feed',
  summary: 'What was said last on the tags that you follow.',
  examples: ['feed', 'feed 5'],
  slots: { most: optional(count('n')) },
  async run({ unit, user }, { most }) {
    const limit = Math.min(Math.max(most ?? USUAL_FEED, 1), MOST_LISTED)
    const { items, hasMore } = await statuses.feed(unit, user, {}, { limit, offset: 0, beforeId: null })
    const ktags = await tags.byIds(unit, [...new Set(items.map(({ ktagId }) => ktagId))])
    const said = items.map(({ ktagId, body }) => `*${ktags.get(ktagId)?.name}: ${excerpt(body, READ_OUT)}`)
    const reply = said.length === 0 ? 'Nothing was said yet on the tags that you follow.' : listed(said, hasMore, ' / ')
    return { reply, result: { type: 'statuses', data: items } }
  },
})

export const find = command({
  ...common,
  verb: 'find',
  limit: 'search',
  summary: 'Look for public tags.',
  examples: ['find jazz'],
  slots: { words: rest('words') },
  faults: [ValidationFailed],
  async run({ unit, user }, { words }) {
    const plain = words.replace(/^\*/, '').trim()
    if (plain.length < 2 || plain.length > 40) {
      throw ValidationFailed({ message: 'Look for 2 to 40 characters.', fields: { text: 'Send 2 to 40 characters.' } })
    }
    const { items, hasMore } = await tags.search(unit, user, plain, FIRST)
    const found = items.map(({ ktag }) => `${titled(ktag)} (${ktag.followerCount})`)
    const reply = found.length === 0 ? `No tag fits "${plain}".` : listed(found, hasMore)
    return { reply, result: { type: 'ktags', data: items } }
  },
})

export const who = command({
  ...common,
  verb: 'who',
  summary: 'What a tag is, and what was said there last.',
  examples: ['who *jazz'],
  slots: { name: tag },
  faults: [tags.KtagNotFound],
  async run({ unit, user }, { name }) {
    const seen = await tagOf(unit, user, name)
    const { ktag } = seen
    const { items } = await statuses.ofTag(unit, user, ktag, { limit: 1, offset: 0, beforeId: null })
    const last = items[0] ? ` Last: ${excerpt(items[0].body, READ_OUT)}` : ''
    const many = ktag.followerCount === 1 ? '1 follower' : `${ktag.followerCount} followers`
    return { reply: `${titled(ktag)}. ${many}.${last}`, result: { type: 'ktag_page', data: seen } }
  },
})

/** Follow a tag otherwise than before, or for the first time, as one who was invited to it may. */
function followed(
  unit: Given['unit'],
  user: User,
  name: string,
  flags: Partial<tags.FollowFlags>,
): Promise<tags.Follow> {
  const begin = async () => {
    const id = await tags.idOfName(unit, name)
    if (id === null) throw tags.KtagNotFound()
    return (await invites.follow(unit, user, id, flags)).follow
  }
  return orNoTag(name, begin())
}

async function changeTexts({ unit, user }: Given, name: string, texts: boolean): Promise<Done> {
  await followedId(unit, user, name)
  const data = await followed(unit, user, name, { texts })
  return { reply: `*${name} ${texts ? 'unmuted' : 'muted'}.`, result: { type: 'follow', data } }
}

/** The id of a tag that somebody follows. Throws `NotFollowing`, also when there is no such tag. */
async function followedId(view: View, user: User, name: string): Promise<string> {
  const id = await tags.idOfName(view, name)
  if (id === null || !(await tags.isFollowing(view, user, id))) {
    throw tags.NotFollowing({ message: `You do not follow *${name}.` })
  }
  return id
}

async function namesOf(view: View, items: readonly tags.Follower[]): Promise<readonly string[]> {
  const people = await byIds(
    view,
    items.flatMap(({ personId }) => personId ?? []),
  )
  return items.flatMap(({ personId, phone }) =>
    phone === null ? (people.get(personId ?? '')?.name ?? []) : maskPhone(phone),
  )
}

/** `*jazz Jazz Club` */
function titled({ name, title }: tags.Ktag): string {
  return title === null ? `*${name}` : `*${name} ${title}`
}

import { z } from 'zod'
import { PlanLimitReached } from '#domain/billing'
import { follow } from '#domain/invites'
import * as tags from '#domain/tags'
import { Again } from '#kit/endpoint'
import { IdSchema } from '#kit/id'
import { OffsetQuery, pageRequest } from '#kit/page'
import { KtagSettingsSchema, ktagSettings } from '../dialect/ktag-settings.ts'
import { listOf, presentList } from '../dialect/lists.ts'
import { FollowSchema, KtagSchema, presentFollow, presentKtag } from '../presenters/ktag.ts'
import { KtagPageSchema, presentKtagPage } from '../presenters/ktag-page.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Tags', auth: 'bearer', gates: ['mobile'] } as const
const params = z.object({ ktag_id: IdSchema })

/** What a person looks for: the `*` of a tag may be there. */
const WordsSchema = z
  .string()
  .transform((words) => words.trim().replace(/^\*/, '').trim())
  .refine((words) => words.length >= 2 && words.length <= 40, 'Send 2 to 40 characters.')

export const listFollows = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/follows',
  summary: 'Tags you follow',
  notes: 'The one followed last first.',
  limit: 'read',
  query: OffsetQuery,
  status: 200,
  reply: listOf(FollowSchema),
  async handle({ view, viewer, query }) {
    return presentList(await tags.listFollows(view, viewer.user, pageRequest(query)), presentFollow)
  },
})

export const listKtags = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/ktags',
  summary: 'Your tags',
  notes: 'The primary one first.',
  limit: 'read',
  query: OffsetQuery,
  status: 200,
  reply: listOf(KtagSchema),
  async handle({ view, viewer, query }) {
    return presentList(await tags.listOwn(view, viewer.user, pageRequest(query)), presentKtag)
  },
})

export const createKtag = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/ktags',
  summary: 'Create a tag',
  notes:
    'A letter, then letters, digits or underscores, 3 to 20 in all; a leading `*` is left out. Names that were given up ' +
    'less than 90 days ago are taken.',
  limit: 'write',
  body: z.object({ name: tags.NewKtagNameSchema, ...KtagSettingsSchema.shape }),
  status: 201,
  reply: KtagSchema,
  idempotent: true,
  faults: [tags.KtagTaken, PlanLimitReached],
  async handle({ unit, viewer, body }) {
    return presentKtag(await tags.create(unit, viewer.user, { name: body.name, ...ktagSettings(body) }))
  },
})

export const searchKtags = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/ktags/search',
  summary: 'Search public tags',
  notes: 'The tag of exactly this name, then names that begin so, then what tags are about; the most followed first.',
  limit: 'search',
  query: OffsetQuery.extend({ q: WordsSchema }),
  status: 200,
  reply: listOf(KtagSchema),
  async handle({ view, viewer, query }) {
    return presentList(await tags.search(view, viewer.user, query.q, pageRequest(query)), presentKtag)
  },
})

export const deleteKtag = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/ktags/{ktag_id}',
  summary: 'Delete a tag',
  notes: 'Its followers lose it. Nobody gets its name for 90 days.',
  limit: 'write',
  params,
  status: 204,
  faults: [tags.KtagNotFound, tags.NotKtagOwner, tags.PrimaryKtag, tags.KtagOnCall],
  async handle({ unit, viewer, params }) {
    await tags.remove(unit, viewer.user, params.ktag_id)
  },
})

export const readKtag = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/ktags/{ktag_id}',
  summary: 'Tag detail',
  notes:
    'With the latest statuses, and the open call of its owner, if there is one. A private tag is there for its owner and its followers only.',
  limit: 'read',
  params,
  status: 200,
  reply: KtagPageSchema,
  faults: [tags.KtagNotFound],
  async handle({ view, viewer, params }) {
    return presentKtagPage(view, await tags.get(view, viewer.user, params.ktag_id), viewer.user)
  },
})

export const unfollowKtag = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/ktags/{ktag_id}/follow',
  summary: 'Unfollow a tag',
  limit: 'write',
  params,
  status: 204,
  faults: [tags.NotFollowing],
  async handle({ unit, viewer, params }) {
    await tags.unfollow(unit, viewer.user, params.ktag_id)
  },
})

export const followKtag = kadoink.endpoint({
  ...common,
  method: 'POST',
  aliases: ['PUT'],
  path: '/ktags/{ktag_id}/follow',
  summary: 'Follow a tag',
  notes:
    'With its texts and without its calls, unless you say otherwise. Sent again it answers 200 and changes what it ' +
    'names. A private tag can be followed by whoever was invited to it (`/me/invites?direction=received`).',
  limit: 'write',
  params,
  body: z.object({ texts: z.boolean().optional(), calls: z.boolean().optional() }),
  status: 201,
  again: 200,
  reply: FollowSchema,
  idempotent: true,
  faults: [tags.KtagNotFound, tags.OwnKtag, PlanLimitReached],
  async handle({ unit, viewer, params, body }) {
    const flags = {
      ...(body.texts === undefined ? {} : { texts: body.texts }),
      ...(body.calls === undefined ? {} : { calls: body.calls }),
    }
    const followed = await follow(unit, viewer.user, params.ktag_id, flags)
    const wire = presentFollow(followed.follow)
    return followed.isNew ? wire : new Again(wire)
  },
})

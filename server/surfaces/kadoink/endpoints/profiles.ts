import { z } from 'zod'
import * as profiles from '#domain/profiles'
import * as tags from '#domain/tags'
import type { Endpoint } from '#kit/endpoint'
import { IdSchema } from '#kit/id'
import { CursorQuery, OffsetQuery, pageRequest } from '#kit/page'
import { listOf } from '../dialect/lists.ts'
import { FollowerSchema, ProfileSchema, presentFollowers, presentProfile } from '../presenters/profile.ts'
import { kadoink } from '../surface.ts'

const tag = 'Public profiles'

/** The endpoints of profiles; `onView` is told of each tag whose profile somebody else than its owner has looked at. */
export function profileEndpoints(onView: (ktagId: string) => void): readonly Endpoint[] {
  return [
    kadoink.endpoint({
      method: 'GET',
      path: '/ktags/{ktag_id}/followers',
      tag,
      summary: "A tag's followers",
      notes:
        'The last one first: names, never numbers. Those of a private tag are there for its owner and its followers. Phones without an account are shown to the owner only, masked.',
      auth: 'bearer',
      gates: ['mobile'],
      limit: 'read',
      params: z.object({ ktag_id: IdSchema }),
      query: OffsetQuery,
      status: 200,
      reply: listOf(FollowerSchema),
      faults: [tags.KtagNotFound],
      async handle({ view, viewer, params, query }) {
        const { items, hasMore } = await tags.followers(view, viewer.user, params.ktag_id, pageRequest(query))
        return { items: await presentFollowers(view, viewer.user.id, items), has_more: hasMore }
      },
    }),

    kadoink.endpoint({
      method: 'GET',
      path: '/profiles/{ktag}',
      tag,
      summary: 'A public profile',
      notes: 'By the name of a public tag, with or without its `*`. `limit` and `before_id` are about the statuses.',
      auth: 'optional',
      limit: 'public',
      // What could not be a name is answered like a name that nobody has, after the query has been looked at.
      params: z.object({ ktag: z.string() }),
      query: CursorQuery,
      status: 200,
      reply: ProfileSchema,
      faults: [tags.KtagNotFound],
      async handle({ view, viewer, params, query }) {
        const user = viewer?.user ?? null
        const name = tags.KtagNameSchema.safeParse(params.ktag)
        if (!name.success) throw tags.KtagNotFound()
        const profile = await profiles.get(view, user, name.data)
        if (!profile.seen.isOwner) onView(profile.seen.ktag.id)
        return presentProfile(view, profile, user, pageRequest(query))
      },
    }),
  ]
}

import { z } from 'zod'
import * as statuses from '#domain/statuses'
import { IdSchema } from '#kit/id'
import { CursorQuery, pageRequest } from '#kit/page'
import { StatusBodySchema } from '../dialect/status-body.ts'
import { presentStatus, presentStatusPage, StatusListSchema, StatusSchema } from '../presenters/status.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Statuses & feed', auth: 'bearer', gates: ['mobile'] } as const
const params = z.object({ post_id: IdSchema })
const query = CursorQuery.safeExtend({ ktag_id: IdSchema.optional() })

export const readFeed = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/feed',
  summary: 'Following feed',
  notes:
    'What others say on the tags you follow, newest first. Tags and statuses of people you have blocked are left out.',
  limit: 'read',
  query,
  status: 200,
  reply: StatusListSchema,
  async handle({ view, viewer, query }) {
    const page = await statuses.feed(view, viewer.user, { ktagId: query.ktag_id }, pageRequest(query))
    return presentStatusPage(view, viewer.user.id, page)
  },
})

export const listStatuses = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/statuses',
  summary: 'Your statuses',
  notes: 'What you have posted on any tag, newest first.',
  limit: 'read',
  query,
  status: 200,
  reply: StatusListSchema,
  async handle({ view, viewer, query }) {
    const page = await statuses.own(view, viewer.user, { ktagId: query.ktag_id }, pageRequest(query))
    return presentStatusPage(view, viewer.user.id, page)
  },
})

export const deleteStatus = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/statuses/{post_id}',
  summary: 'Delete a status',
  notes: 'One of your own, or one that somebody else has posted on your tag. Texts that are not sent yet are not sent.',
  limit: 'write',
  params,
  status: 204,
  faults: [statuses.StatusNotFound],
  async handle({ unit, viewer, params }) {
    await statuses.remove(unit, viewer.user, params.post_id)
  },
})

export const editStatus = kadoink.endpoint({
  ...common,
  method: 'PATCH',
  aliases: ['PUT'],
  path: '/statuses/{post_id}',
  summary: 'Edit a status',
  notes: 'Within 24 hours of posting it. Nobody is texted again.',
  limit: 'write',
  params,
  body: z.object({ body: StatusBodySchema }),
  status: 200,
  reply: StatusSchema,
  faults: [statuses.StatusNotFound, statuses.EditWindowClosed],
  async handle({ unit, viewer, params, body }) {
    return presentStatus(unit, viewer.user.id, await statuses.edit(unit, viewer.user, params.post_id, body.body))
  },
})

import { z } from 'zod'
import { PlanLimitReached } from '#domain/billing'
import * as handles from '#domain/handles'
import { IdSchema } from '#kit/id'
import { OffsetQuery, pageRequest } from '#kit/page'
import { listOf, presentList } from '../dialect/lists.ts'
import { ImIdentitySchema, presentImIdentity } from '../presenters/handle.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Your account', auth: 'bearer' } as const

export const listImIdentities = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/me/im-identities',
  summary: 'List IM handles',
  notes: 'In the order in which they were added. Who has you as a contact, by your mobile, sees them there.',
  limit: 'read',
  query: OffsetQuery,
  status: 200,
  reply: listOf(ImIdentitySchema),
  async handle({ view, viewer, query }) {
    return presentList(await handles.list(view, viewer.user, pageRequest(query)), presentImIdentity)
  },
})

export const addImIdentity = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/me/im-identities',
  summary: 'Add an IM handle',
  notes: 'Words about you only: nothing is ever sent to another network. At most 20.',
  limit: 'write',
  body: z.object({ network: z.enum(handles.NETWORKS), handle: z.string().trim().min(1).max(100) }),
  status: 201,
  reply: ImIdentitySchema,
  idempotent: true,
  faults: [handles.HandleExists, PlanLimitReached],
  async handle({ unit, viewer, body }) {
    return presentImIdentity(await handles.add(unit, viewer.user, body))
  },
})

export const removeImIdentity = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/me/im-identities/{im_id}',
  summary: 'Remove an IM handle',
  limit: 'write',
  params: z.object({ im_id: IdSchema }),
  status: 204,
  faults: [handles.HandleNotFound],
  async handle({ unit, viewer, params }) {
    await handles.remove(unit, viewer.user, params.im_id)
  },
})

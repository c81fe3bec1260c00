import { z } from 'zod'
import { PlanLimitReached } from '#domain/billing'
import * as groups from '#domain/groups'
import { IdSchema } from '#kit/id'
import { OffsetQuery, pageRequest } from '#kit/page'
import { listOf, presentList } from '../dialect/lists.ts'
import { GroupDetailSchema, GroupSchema, presentGroup, presentGroupDetail } from '../presenters/group.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Groups', auth: 'bearer', gates: ['mobile'] } as const
const params = z.object({ group_id: IdSchema })
const memberParams = z.object({ group_id: IdSchema, contact_id: IdSchema })

const ContactIdsSchema = z.array(IdSchema).max(1000)

export const listGroups = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/groups',
  summary: 'List groups',
  notes: 'By name, without their members.',
  limit: 'read',
  query: OffsetQuery,
  status: 200,
  reply: listOf(GroupSchema),
  async handle({ view, viewer, query }) {
    return presentList(await groups.list(view, viewer.user, pageRequest(query)), presentGroup)
  },
})

export const createGroup = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/groups',
  summary: 'Create a group',
  notes: 'A `#` before the name is left out. Two groups of one person differ in more than how the letters are written.',
  limit: 'write',
  body: z.object({ name: groups.GroupNameSchema, contact_ids: ContactIdsSchema.default([]) }),
  status: 201,
  reply: GroupDetailSchema,
  idempotent: true,
  faults: [groups.GroupExists, groups.MemberNotFound, PlanLimitReached],
  async handle({ unit, viewer, body }) {
    const wanted = { name: body.name, contactIds: body.contact_ids }
    return presentGroupDetail(unit, await groups.create(unit, viewer.user, wanted))
  },
})

export const readGroup = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/groups/{group_id}',
  summary: 'Group detail',
  notes: 'With all members, by name.',
  limit: 'read',
  params,
  status: 200,
  reply: GroupDetailSchema,
  faults: [groups.GroupNotFound],
  async handle({ view, viewer, params }) {
    return presentGroupDetail(view, await groups.get(view, viewer.user, params.group_id))
  },
})

export const editGroup = kadoink.endpoint({
  ...common,
  method: 'PATCH',
  aliases: ['PUT'],
  path: '/groups/{group_id}',
  summary: 'Edit a group',
  notes: 'Absent fields stay as they are; `contact_ids` replaces all members.',
  limit: 'write',
  params,
  body: z.object({ name: groups.GroupNameSchema.optional(), contact_ids: ContactIdsSchema.optional() }),
  status: 200,
  reply: GroupDetailSchema,
  faults: [groups.GroupNotFound, groups.GroupExists, groups.MemberNotFound, PlanLimitReached],
  async handle({ unit, viewer, params, body }) {
    const changes = {
      ...(body.name === undefined ? {} : { name: body.name }),
      ...(body.contact_ids === undefined ? {} : { contactIds: body.contact_ids }),
    }
    return presentGroupDetail(unit, await groups.edit(unit, viewer.user, params.group_id, changes))
  },
})

export const deleteGroup = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/groups/{group_id}',
  summary: 'Delete a group',
  notes: 'Its contacts stay.',
  limit: 'write',
  params,
  status: 204,
  faults: [groups.GroupNotFound],
  async handle({ unit, viewer, params }) {
    await groups.remove(unit, viewer.user, params.group_id)
  },
})

export const addGroupMember = kadoink.endpoint({
  ...common,
  method: 'PUT',
  aliases: ['POST'],
  path: '/groups/{group_id}/members/{contact_id}',
  summary: 'Add a member',
  notes: 'A member who is in the group already stays; the answer is the same.',
  limit: 'write',
  params: memberParams,
  status: 200,
  reply: GroupDetailSchema,
  faults: [groups.GroupNotFound, groups.MemberNotFound, PlanLimitReached],
  async handle({ unit, viewer, params }) {
    const group = await groups.addMember(unit, viewer.user, params.group_id, params.contact_id)
    return presentGroupDetail(unit, group)
  },
})

export const removeGroupMember = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/groups/{group_id}/members/{contact_id}',
  summary: 'Remove a member',
  limit: 'write',
  params: memberParams,
  status: 204,
  faults: [groups.GroupNotFound, groups.MemberNotFound],
  async handle({ unit, viewer, params }) {
    await groups.removeMember(unit, viewer.user, params.group_id, params.contact_id)
  },
})

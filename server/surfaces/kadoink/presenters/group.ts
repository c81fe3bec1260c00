import { z } from 'zod'
import { inGroup } from '#domain/contacts'
import type { Group } from '#domain/groups'
import type { View } from '#kit/unit'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { ContactSchema, presentContact } from './contact.ts'

/** A group in brief. */
export const GroupRefSchema = z.object({ id: z.string(), name: z.string() }).meta({ id: 'GroupRef' })

export const GroupSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    member_count: z.number().int(),
    created_at: StampSchema,
    updated_at: StampSchema,
  })
  .meta({ id: 'Group' })

export const GroupDetailSchema = GroupSchema.extend({ members: z.array(ContactSchema) }).meta({ id: 'GroupDetail' })

/** Write a group in brief. */
export function presentGroupRef({ id, name }: Group): z.input<typeof GroupRefSchema> {
  return { id, name }
}

/** Write a group, as its owner sees it. */
export function presentGroup(group: Group): z.input<typeof GroupSchema> {
  return {
    id: group.id,
    name: group.name,
    member_count: group.memberCount,
    created_at: stamp(group.createdAt),
    updated_at: stamp(group.updatedAt),
  }
}

/** Write a group with all its members, by name. */
export async function presentGroupDetail(view: View, group: Group): Promise<z.input<typeof GroupDetailSchema>> {
  const members = await inGroup(view, group.ownerId, group.id)
  return { ...presentGroup(group), member_count: members.length, members: members.map(presentContact) }
}

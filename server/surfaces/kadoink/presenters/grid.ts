import { z } from 'zod'
import type { User } from '#domain/accounts'
import { gridCall } from '#domain/calls'
import { byIds as contactsByIds, get as getContact } from '#domain/contacts'
import { type Cell, read } from '#domain/grid'
import type { View } from '#kit/unit'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { CallSchema, presentCall } from './call.ts'
import { ContactSchema, presentContact } from './contact.ts'

export const GridMemberSchema = z
  .object({
    position: z.number().int().describe('Counts from 0, row by row.'),
    contact: ContactSchema,
    over_limit: z.boolean().describe('The plan’s grid ends before this cell: it is shown and not called.'),
  })
  .meta({ id: 'GridMember' })

export const GridSchema = z
  .object({
    slots: z.number().int(),
    rows: z.number().int(),
    cols: z.number().int(),
    members: z.array(GridMemberSchema),
    active_call: CallSchema.nullable().describe(
      'The call of the whole grid; `grid_position` says who is in which cell.',
    ),
    updated_at: StampSchema,
  })
  .meta({ id: 'Grid' })

/** Write a person's grid, with its call while there is one. */
export async function presentGrid(view: View, owner: User): Promise<z.input<typeof GridSchema>> {
  const { slots, rows, cols, cells, updatedAt } = await read(view, owner)
  const contactIds = cells.map(({ contactId }) => contactId)
  const contacts = await contactsByIds(view, owner.id, contactIds)
  const active = await gridCall(view, owner)
  return {
    slots,
    rows,
    cols,
    members: cells.flatMap(({ position, contactId, isOverLimit }) => {
      const contact = contacts.get(contactId)
      return contact ? [{ position, contact: presentContact(contact), over_limit: isOverLimit }] : []
    }),
    active_call: active && presentCall(active, owner.id, view.site),
    updated_at: stamp(updatedAt),
  }
}

/** Write one cell of a person's grid. */
export async function presentGridMember(
  view: View,
  owner: User,
  { position, contactId, isOverLimit }: Cell,
): Promise<z.input<typeof GridMemberSchema>> {
  const contact = presentContact(await getContact(view, owner, contactId))
  return { position, contact, over_limit: isOverLimit }
}

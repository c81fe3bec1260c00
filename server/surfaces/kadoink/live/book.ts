import type * as accounts from '#domain/accounts'
import * as contacts from '#domain/contacts'
import * as grid from '#domain/grid'
import * as groups from '#domain/groups'
import type { LiveFrame } from '#kit/live'
import type { View } from '#kit/unit'
import { presentContact } from '../presenters/contact.ts'
import { presentGrid } from '../presenters/grid.ts'
import { presentGroupDetail } from '../presenters/group.ts'
import { frame, gone, type On } from './frames.ts'
import { userById } from './readings.ts'

/** What apps see of contacts, groups and the grid. */
export function bookFrames(on: On): void {
  on(contacts.ContactChanged, async ({ view, event: { data } }) => {
    const owner = await userById(view, data.owner_id)
    const contact = owner && data.change !== 'deleted' ? await gone(contacts.get(view, owner, data.contact_id)) : null
    if (!contact) return [frame('book', 'contact.deleted', { id: data.contact_id })]
    const told = frame('book', `contact.${data.change}`, { contact: presentContact(contact) })
    return owner && contact.inGrid ? [told, await gridFrame(view, owner)] : [told]
  })

  on(groups.GroupChanged, async ({ view, event: { data } }) => {
    const owner = await userById(view, data.owner_id)
    const group = owner && data.change !== 'deleted' ? await gone(groups.get(view, owner, data.group_id)) : null
    if (!group) return [frame('book', 'group.deleted', { id: data.group_id })]
    return [frame('book', `group.${data.change}`, { group: await presentGroupDetail(view, group) })]
  })

  on(grid.GridChanged, async ({ view, event: { data } }) => {
    const owner = await userById(view, data.owner_id)
    return owner ? [await gridFrame(view, owner)] : []
  })
}

/** The owner's grid as it is now. */
export async function gridFrame(view: View, owner: accounts.User): Promise<LiveFrame> {
  return frame('grid', 'grid.updated', { grid: await presentGrid(view, owner) })
}

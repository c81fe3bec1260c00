import type { User } from '#domain/accounts'
import { byIds as contactsByIds } from '#domain/contacts'
import { read as readGrid } from '#domain/grid'
import type { Unit, View } from '#kit/unit'
import { byId, open } from './calls.ts'
import { GridCallNotFound, GridEmpty } from './faults.ts'
import type { CallDetail, WantedCall } from './model.ts'
import type { Dialable } from './participants.ts'
import { finish } from './settle.ts'
import * as store from './store.ts'

/**
 * Call everybody on a person's grid, in the order of the cells; those beyond what the plan allows are left out.
 * Throws `GridEmpty`, `CallInProgress`, `PlanLimitReached`.
 */
export async function startGrid(
  unit: Unit,
  host: User,
  wanted: Pick<WantedCall, 'title' | 'privacy'>,
): Promise<CallDetail> {
  const guests = await standing(unit, host)
  if (guests.length === 0) throw GridEmpty()
  return open(unit, host, { kind: 'grid', groupId: null, ktagId: null, ...wanted }, guests)
}

/** How many people `startGrid` would have rung. */
export async function countGrid(view: View, host: User): Promise<number> {
  return (await standing(view, host)).length
}

/** The call of a person's whole grid that is going on, if any. */
export async function gridCall(view: View, host: User): Promise<CallDetail | null> {
  const id = await store.findGridCallId(view, host.id)
  return id === null ? null : byId(view, id)
}

/** End the call of a person's grid for all. Throws `GridCallNotFound` when their call, if any, is of another kind. */
export async function endGrid(unit: Unit, host: User): Promise<void> {
  const id = await store.findGridCallId(unit, host.id)
  const call = id === null ? null : await store.lockCall(unit, id)
  if (!call || call.endedAt) throw GridCallNotFound()
  await finish(unit, call, 'ended_by_host')
}

/** Who stands on the grid and can be rung; the host may stand there, and is rung once, as the host. */
async function standing(view: View, host: User): Promise<readonly Dialable[]> {
  const cells = (await readGrid(view, host)).cells.filter(({ isOverLimit }) => !isOverLimit)
  const contacts = await contactsByIds(
    view,
    host.id,
    cells.map(({ contactId }) => contactId),
  )
  return cells.flatMap(({ contactId, position }) => {
    const contact = contacts.get(contactId)
    if (!contact?.mobile || contact.mobile === host.mobile) return []
    return [{ phone: contact.mobile, name: contact.name, contactId, gridPosition: position }]
  })
}

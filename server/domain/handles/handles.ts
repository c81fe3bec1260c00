import { hold, noteChange, type User, byId as userById } from '#domain/accounts'
import { PlanLimitReached } from '#domain/billing'
import type { Page, PageRequest } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import { HandleExists, HandleNotFound } from './faults.ts'
import { type Handle, MOST_HANDLES, type NewHandle } from './model.ts'
import * as store from './store.ts'

/** A person's own handles, the first one first. */
export async function list(view: View, owner: User, request: PageRequest): Promise<Page<Handle>> {
  return store.list(view, owner.id, request)
}

/** Add a handle. Throws `HandleExists`, `PlanLimitReached`. */
export async function add(unit: Unit, owner: User, wanted: NewHandle): Promise<Handle> {
  await hold(unit, owner.id)
  if ((await store.count(unit, owner.id)) >= MOST_HANDLES) {
    throw PlanLimitReached({ message: `You may have ${MOST_HANDLES} IM handles.` })
  }
  const handle = await store.insert(unit, owner.id, wanted)
  if (!handle) throw HandleExists({ fields: { handle: 'You have that one already.' } })
  noteChange(unit, owner.id)
  return handle
}

/** Remove a handle. Throws `HandleNotFound`, also for somebody else's. */
export async function remove(unit: Unit, owner: User, id: string): Promise<void> {
  if (!(await store.remove(unit, owner.id, id))) throw HandleNotFound()
  noteChange(unit, owner.id)
}

/**
 * A person's handles for somebody who has them as a contact; none for those whom they have blocked, nor of those who
 * are suspended.
 */
export async function shownTo(view: View, viewer: Pick<User, 'id'>, personId: string): Promise<readonly Handle[]> {
  const person = await userById(view, personId)
  if (!person || person.suspendedAt || person.settings.blocked.includes(viewer.id)) return []
  return store.listAll(view, personId)
}

/** Drop a person's handles: they are leaving. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await store.removeAll(unit, userId)
}

/** A person's handles, for their export. */
export async function portable(view: View, userId: string): Promise<unknown> {
  const handles = await store.listAll(view, userId)
  return handles.map(({ id, network, handle, createdAt }) => ({ id, network, handle, created_at: createdAt }))
}

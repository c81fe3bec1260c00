import { hold, type User } from '#domain/accounts'
import { limitsOf, PlanLimitReached } from '#domain/billing'
import { newId } from '#kit/id'
import type { Page, PageRequest } from '#kit/page'
import { brokenRule, type Unit, type View } from '#kit/unit'
import { GroupChanged } from './events.ts'
import { GroupExists, GroupNotFound, MemberNotFound } from './faults.ts'
import type { Group, GroupChanges } from './model.ts'
import * as store from './store.ts'

/** A person's groups by name. */
export async function list(view: View, owner: User, request: PageRequest): Promise<Page<Group>> {
  return store.list(view, owner.id, request)
}

/** One group. Throws `GroupNotFound`, also for another person's. */
export async function get(view: View, owner: User, id: string): Promise<Group> {
  const group = await store.find(view, owner.id, id)
  if (!group) throw GroupNotFound()
  return group
}

/** The group that a person calls so, however it is written; null when there is none. */
export async function named(view: View, owner: Pick<User, 'id'>, name: string): Promise<Group | null> {
  return store.findNamed(view, owner.id, name)
}

/** The groups that a contact is in, by name. */
export async function ofContact(view: View, owner: User, contactId: string): Promise<readonly Group[]> {
  return store.listOfContact(view, owner.id, contactId)
}

/** One group, which is kept from being deleted until the unit ends. Throws `GroupNotFound`. */
export async function keep(unit: Unit, owner: User, id: string): Promise<Group> {
  if (!(await store.keep(unit, owner.id, id))) throw GroupNotFound()
  return get(unit, owner, id)
}

/** How many groups somebody has. */
export async function count(view: View, owner: Pick<User, 'id'>): Promise<number> {
  return store.count(view, owner.id)
}

/** Make a group of some contacts. Throws `MemberNotFound`, `PlanLimitReached`, `GroupExists`. */
export async function create(
  unit: Unit,
  owner: User,
  wanted: { readonly name: string; readonly contactIds: readonly string[] },
): Promise<Group> {
  await hold(unit, owner.id)
  await assertContacts(unit, owner, wanted.contactIds)
  const { maxGroups } = limitsOf(owner)
  if ((await store.count(unit, owner.id)) >= maxGroups) {
    throw PlanLimitReached({ message: `Your plan allows ${maxGroups} groups.` })
  }
  const id = newId()
  await store.insert(unit, owner.id, id, wanted.name).catch(nameConflict)
  await addMembers(unit, owner, id, wanted.contactIds)
  return announce(unit, owner, id, 'created')
}

/**
 * Change a group. Throws `GroupNotFound`, `MemberNotFound`, `PlanLimitReached`, `GroupExists`. A group that has more
 * members than the plan allows now may lose some; it gains none.
 */
export async function edit(unit: Unit, owner: User, id: string, changes: GroupChanges): Promise<Group> {
  await hold(unit, owner.id)
  await get(unit, owner, id)
  if (changes.contactIds) {
    await assertContacts(unit, owner, changes.contactIds)
    await store.removeOthers(unit, id, changes.contactIds)
    await addMembers(unit, owner, id, changes.contactIds)
  }
  await store.update(unit, owner.id, id, changes.name).catch(nameConflict)
  return announce(unit, owner, id, 'updated')
}

/** Delete a group; its contacts stay. Throws `GroupNotFound`. */
export async function remove(unit: Unit, owner: User, id: string): Promise<void> {
  await hold(unit, owner.id)
  if (!(await store.remove(unit, owner.id, id))) throw GroupNotFound()
  unit.emit(GroupChanged, { owner_id: owner.id, group_id: id, change: 'deleted' }, [`user:${owner.id}`])
}

/**
 * Put a contact into a group; one that is in it stays, and nothing is told.
 * Throws `GroupNotFound`, `MemberNotFound`, `PlanLimitReached`.
 */
export async function addMember(unit: Unit, owner: User, id: string, contactId: string): Promise<Group> {
  await hold(unit, owner.id)
  const group = await get(unit, owner, id)
  await assertContacts(unit, owner, [contactId])
  return (await addMembers(unit, owner, id, [contactId])) ? touch(unit, owner, id) : group
}

/** Take a contact out of a group. Throws `GroupNotFound`, `MemberNotFound`. */
export async function removeMember(unit: Unit, owner: User, id: string, contactId: string): Promise<void> {
  await hold(unit, owner.id)
  await get(unit, owner, id)
  if (!(await store.removeMember(unit, id, contactId))) throw MemberNotFound()
  await touch(unit, owner, id)
}

/** A contact is about to be deleted: take it out of every group. */
export async function letGo(unit: Unit, owner: User, contactId: string): Promise<void> {
  await hold(unit, owner.id)
  for (const id of await store.removeEverywhere(unit, owner.id, contactId)) {
    unit.emit(GroupChanged, { owner_id: owner.id, group_id: id, change: 'updated' }, [`user:${owner.id}`])
  }
}

async function assertContacts(unit: Unit, owner: User, ids: readonly string[]): Promise<void> {
  if ((await store.keepContacts(unit, owner.id, ids)) < new Set(ids).size) throw MemberNotFound()
}

/** Whether any of them is new to the group; the group's owner is held, so that the count stays true. */
async function addMembers(unit: Unit, owner: User, id: string, contactIds: readonly string[]): Promise<boolean> {
  const isMore = await store.insertMembers(unit, owner.id, id, contactIds)
  const { maxGroupMembers } = limitsOf(owner)
  if (isMore && (await get(unit, owner, id)).memberCount > maxGroupMembers) {
    throw PlanLimitReached({ message: `Your plan allows ${maxGroupMembers} contacts in a group.` })
  }
  return isMore
}

async function touch(unit: Unit, owner: User, id: string): Promise<Group> {
  await store.update(unit, owner.id, id)
  return announce(unit, owner, id, 'updated')
}

async function announce(unit: Unit, owner: User, id: string, change: 'created' | 'updated'): Promise<Group> {
  unit.emit(GroupChanged, { owner_id: owner.id, group_id: id, change }, [`user:${owner.id}`])
  return get(unit, owner, id)
}

/** Turn the database's refusal into ours: which rule was broken is said by the name of the index. */
function nameConflict(error: unknown): never {
  const broken = brokenRule(error)
  throw broken === 'groups_one_per_name' ? GroupExists() : error
}

/** Drop a person's groups: they are leaving. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await store.removeAll(unit, userId)
}

/** A person's groups with the ids of their members, for their export. */
export async function portable(view: View, userId: string): Promise<unknown> {
  return store.listPortable(view, userId)
}

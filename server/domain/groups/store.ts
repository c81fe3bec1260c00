import type { Knex } from 'knex'
import { MEANT, typed, WRITTEN } from '#kit/lookalikes'
import { type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import { type Group, nameKey } from './model.ts'

interface GroupRow {
  readonly id: string
  readonly owner_id: string
  readonly name: string
  readonly member_count: number
  readonly created_at: Date
  readonly updated_at: Date
}

export async function find(view: View, ownerId: string, id: string): Promise<Group | null> {
  const row: GroupRow | undefined = await selected(view, ownerId).andWhere({ id }).first()
  return row ? fromRow(row) : null
}

/** Lock a group against deletion, though not against changes; false when there is no such group of this person. */
export async function keep(unit: Unit, ownerId: string, id: string): Promise<boolean> {
  return (await unit.sql('groups').where({ owner_id: ownerId, id }).forKeyShare().first('id')) !== undefined
}

export async function list(view: View, ownerId: string, request: PageRequest): Promise<Page<Group>> {
  const rows: GroupRow[] = await selected(view, ownerId)
    .orderBy('name_key')
    .limit(request.limit + 1)
    .offset(request.offset)
  return toPage(rows, request, fromRow)
}

export async function findNamed(view: View, ownerId: string, name: string): Promise<Group | null> {
  const row: GroupRow | undefined = await selected(view, ownerId)
    .whereRaw('translate(name_key, ?, ?) = ?', [WRITTEN, MEANT, typed(nameKey(name))])
    .orderByRaw('name_key = ? desc', [nameKey(name)])
    .first()
  return row ? fromRow(row) : null
}

export async function listOfContact(view: View, ownerId: string, contactId: string): Promise<readonly Group[]> {
  const rows: GroupRow[] = await selected(view, ownerId)
    .whereIn('id', view.sql('group_members').where({ contact_id: contactId }).select('group_id'))
    .orderBy('name_key')
  return rows.map(fromRow)
}

export async function count(view: View, ownerId: string): Promise<number> {
  const [row] = await view.sql('groups').where({ owner_id: ownerId }).count({ count: '*' })
  return Number(row?.count ?? 0)
}

export async function insert(unit: Unit, ownerId: string, id: string, name: string): Promise<void> {
  const named = { name, name_key: nameKey(name) }
  await unit.sql('groups').insert({ id, owner_id: ownerId, ...named, created_at: unit.now, updated_at: unit.now })
}

/** Note that a group has changed, and its new name, if any. */
export async function update(unit: Unit, ownerId: string, id: string, name?: string): Promise<void> {
  const named = name === undefined ? {} : { name, name_key: nameKey(name) }
  await unit
    .sql('groups')
    .where({ owner_id: ownerId, id })
    .update({ ...named, updated_at: unit.now })
}

/** False when there was no such group of this person. */
export async function remove(unit: Unit, ownerId: string, id: string): Promise<boolean> {
  return (await unit.sql('groups').where({ owner_id: ownerId, id }).delete()) === 1
}

/** How many of these contacts are this person's; they are kept from being deleted until the unit ends. */
export async function keepContacts(unit: Unit, ownerId: string, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0
  const contacts = unit
    .sql('contacts')
    .where({ owner_id: ownerId })
    .whereIn('id', [...ids])
  return (await contacts.forKeyShare().select('id')).length
}

/** Put contacts into a group; false when all of them were in it. */
export async function insertMembers(
  unit: Unit,
  ownerId: string,
  groupId: string,
  contactIds: readonly string[],
): Promise<boolean> {
  const rows = [...new Set(contactIds)].map((id) => ({ owner_id: ownerId, group_id: groupId, contact_id: id }))
  if (rows.length === 0) return false
  const added: unknown[] = await unit
    .sql('group_members')
    .insert(rows)
    .onConflict(['group_id', 'contact_id'])
    .ignore()
    .returning('contact_id')
  return added.length > 0
}

/** Take out of a group whoever is not among these. */
export async function removeOthers(unit: Unit, groupId: string, contactIds: readonly string[]): Promise<void> {
  await unit
    .sql('group_members')
    .where({ group_id: groupId })
    .whereNotIn('contact_id', [...contactIds])
    .delete()
}

/** False when the contact was not in the group. */
export async function removeMember(unit: Unit, groupId: string, contactId: string): Promise<boolean> {
  return (await unit.sql('group_members').where({ group_id: groupId, contact_id: contactId }).delete()) === 1
}

/** Take a contact out of every group; gives the ids of those it was in, by name, which count as changed. */
export async function removeEverywhere(unit: Unit, ownerId: string, contactId: string): Promise<readonly string[]> {
  const ids = (await listOfContact(unit, ownerId, contactId)).map(({ id }) => id)
  await unit.sql('group_members').where({ owner_id: ownerId, contact_id: contactId }).delete()
  await unit.sql('groups').where({ owner_id: ownerId }).whereIn('id', ids).update({ updated_at: unit.now })
  return ids
}

function selected(view: View, ownerId: string): Knex.QueryBuilder {
  const members = view.sql('group_members').whereRaw('group_members.group_id = groups.id')
  return view
    .sql('groups')
    .where({ owner_id: ownerId })
    .select('groups.*', members.select(view.sql.raw('count(*)::int')).as('member_count'))
}

function fromRow(row: GroupRow): Group {
  return {
    id: row.id,
    ownerId: row.owner_id,
    name: row.name,
    memberCount: row.member_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export async function removeAll(unit: Unit, ownerId: string): Promise<void> {
  await unit.sql('groups').where({ owner_id: ownerId }).delete()
}

/** A person's groups, each with the ids of its members. */
export async function listPortable(view: View, ownerId: string): Promise<readonly unknown[]> {
  const members = view.sql('group_members').whereRaw('group_members.group_id = groups.id')
  return view
    .sql('groups')
    .where({ owner_id: ownerId })
    .orderBy('id')
    .select('id', 'name', 'created_at', 'updated_at')
    .select(members.select(view.sql.raw(`coalesce(json_agg(contact_id), '[]')`)).as('contact_ids'))
}

import { newId } from '#kit/id'
import { type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import type { Handle, NewHandle } from './model.ts'

interface HandleRow {
  readonly id: string
  readonly network: Handle['network']
  readonly handle: string
  readonly created_at: Date
}

/** Insert a handle; null when its owner has it already. */
export async function insert(unit: Unit, userId: string, { network, handle }: NewHandle): Promise<Handle | null> {
  const rows: HandleRow[] = await unit
    .sql('im_identities')
    .insert({ id: newId(), user_id: userId, network, handle, created_at: unit.now })
    .onConflict()
    .ignore()
    .returning('*')
  return rows[0] ? fromRow(rows[0]) : null
}

export async function count(unit: Unit, userId: string): Promise<number> {
  const [row] = await unit.sql('im_identities').where({ user_id: userId }).count({ count: '*' })
  return Number(row?.count ?? 0)
}

/** A person's handles in the order in which they were added. */
export async function list(view: View, userId: string, request: PageRequest): Promise<Page<Handle>> {
  const rows: HandleRow[] = await view
    .sql('im_identities')
    .where({ user_id: userId })
    .orderBy('id')
    .limit(request.limit + 1)
    .offset(request.offset)
  return toPage(rows, request, fromRow)
}

/** All of a person's handles. */
export async function listAll(view: View, userId: string): Promise<readonly Handle[]> {
  const rows: HandleRow[] = await view.sql('im_identities').where({ user_id: userId }).orderBy('id')
  return rows.map(fromRow)
}

/** False when the person has none such. */
export async function remove(unit: Unit, userId: string, id: string): Promise<boolean> {
  return (await unit.sql('im_identities').where({ user_id: userId, id }).delete()) === 1
}

export async function removeAll(unit: Unit, userId: string): Promise<void> {
  await unit.sql('im_identities').where({ user_id: userId }).delete()
}

function fromRow(row: HandleRow): Handle {
  return { id: row.id, network: row.network, handle: row.handle, createdAt: row.created_at }
}

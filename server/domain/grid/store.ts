import type { Unit, View } from '#kit/unit'

interface CellRow {
  readonly position: number
  readonly contact_id: string
}

/** The taken cells of a grid, by position. */
export async function list(view: View, ownerId: string): Promise<readonly { position: number; contactId: string }[]> {
  const rows: CellRow[] = await view.sql('grid_members').where({ owner_id: ownerId }).orderBy('position')
  return rows.map((row) => ({ position: row.position, contactId: row.contact_id }))
}

export async function count(view: View, ownerId: string): Promise<number> {
  const [row] = await view.sql('grid_members').where({ owner_id: ownerId }).count({ count: '*' })
  return Number(row?.count ?? 0)
}

/** When a grid was last changed; null when it never was. */
export async function changedAt(view: View, ownerId: string): Promise<Date | null> {
  const row: { updated_at: Date } | undefined = await view.sql('grids').where({ owner_id: ownerId }).first()
  return row?.updated_at ?? null
}

/** A person's contact, as far as the grid cares. */
export async function findContact(
  view: View,
  ownerId: string,
  contactId: string,
): Promise<{ readonly mobile: string | null } | null> {
  return (await view.sql('contacts').where({ owner_id: ownerId, id: contactId }).first('mobile')) ?? null
}

export async function insert(unit: Unit, ownerId: string, contactId: string, position: number): Promise<void> {
  await unit.sql('grid_members').insert({ owner_id: ownerId, contact_id: contactId, position })
}

/** False when the contact was not on this person's grid. */
export async function remove(unit: Unit, ownerId: string, contactId: string): Promise<boolean> {
  return (await unit.sql('grid_members').where({ owner_id: ownerId, contact_id: contactId }).delete()) === 1
}

/** Note that a grid has changed. */
export async function touch(unit: Unit, ownerId: string): Promise<void> {
  await unit
    .sql('grids')
    .insert({ owner_id: ownerId, updated_at: unit.now })
    .onConflict('owner_id')
    .merge(['updated_at'])
}

export async function clear(unit: Unit, ownerId: string): Promise<void> {
  await unit.sql('grid_members').where({ owner_id: ownerId }).delete()
  await unit.sql('grids').where({ owner_id: ownerId }).delete()
}

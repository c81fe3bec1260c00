import { newId } from '#kit/id'
import { newDigits } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { type Ktag, spell } from './model.ts'

const MAX_NAME = 20
const ATTEMPTS = 50

/** The tag that everyone has: named like the username, with a number behind it when that name is taken. */
export async function createPrimary(
  unit: Unit,
  owner: { readonly id: string; readonly username: string },
): Promise<Ktag> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const suffix = attempt === 1 ? '' : String(attempt)
    const name = owner.username.slice(0, MAX_NAME - suffix.length) + suffix
    const rows: TagRow[] = await unit
      .sql('ktags')
      .insert({
        id: newId(),
        owner_id: owner.id,
        name,
        keypad: spell(name),
        extension: newDigits(6),
        is_primary: true,
        created_at: unit.now,
        updated_at: unit.now,
      })
      .onConflict()
      .ignore()
      .returning('*')
    if (rows[0]) return fromRow(rows[0])
  }
  throw new Error(`No free tag name like ${owner.username} after ${ATTEMPTS} attempts.`)
}

/** The tag under which a person is known. */
export async function primaryOf(view: View, ownerId: string): Promise<Ktag | null> {
  const row: TagRow | undefined = await view.sql('ktags').where({ owner_id: ownerId, is_primary: true }).first()
  return row ? fromRow(row) : null
}

export async function byId(view: View, id: string): Promise<Ktag | null> {
  const row: TagRow | undefined = await view.sql('ktags').where({ id }).first()
  return row ? fromRow(row) : null
}

/** The tag of this name, without the `*`, in any case. */
export async function byName(view: View, name: string): Promise<Ktag | null> {
  const row: TagRow | undefined = await view.sql('ktags').whereRaw('lower(name) = ?', [name.toLowerCase()]).first()
  return row ? fromRow(row) : null
}

/** Several tags at once, by id. */
export async function byIds(view: View, ids: readonly string[]): Promise<ReadonlyMap<string, Ktag>> {
  if (ids.length === 0) return new Map()
  const rows: TagRow[] = await view.sql('ktags').whereIn('id', [...ids])
  return new Map(rows.map((row) => [row.id, fromRow(row)]))
}

/** The primary tags of several people, by the people's ids. */
export async function primariesOf(view: View, ownerIds: readonly string[]): Promise<ReadonlyMap<string, Ktag>> {
  if (ownerIds.length === 0) return new Map()
  const rows: TagRow[] = await view
    .sql('ktags')
    .whereIn('owner_id', [...ownerIds])
    .andWhere({ is_primary: true })
  return new Map(rows.map((row) => [row.owner_id, fromRow(row)]))
}

/** Tags that these keypad digits may mean: the extension, or the name as it is spelled; a few at most. */
export async function bySpelling(view: View, digits: string): Promise<readonly Ktag[]> {
  const rows: TagRow[] = await view
    .sql('ktags')
    .where({ extension: digits })
    .orWhere({ keypad: digits })
    .orderBy('name')
    .limit(9)
  return rows.map(fromRow)
}

interface TagRow {
  readonly id: string
  readonly owner_id: string
  readonly name: string
  readonly title: string | null
  readonly extension: string
  readonly is_primary: boolean
  readonly takes_voicemail: boolean
}

function fromRow(row: TagRow): Ktag {
  return {
    id: row.id,
    ownerId: row.owner_id,
    name: row.name,
    title: row.title,
    extension: row.extension,
    isPrimary: row.is_primary,
    takesVoicemail: row.takes_voicemail,
  }
}

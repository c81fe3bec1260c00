import { newId } from '#kit/id'
import { newDigits } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { type ContactPolicy, type Ktag, type PostPolicy, spell, type Visibility } from './model.ts'

interface TagRow {
  readonly id: string
  readonly owner_id: string
  readonly name: string
  readonly title: string | null
  readonly description: string | null
  readonly visibility: Visibility
  readonly post_policy: PostPolicy
  readonly message_policy: ContactPolicy
  readonly call_policy: ContactPolicy
  readonly takes_voicemail: boolean
  readonly extension: string
  readonly is_primary: boolean
  readonly follower_count: number
  readonly renamed_at: Date | null
  readonly created_at: Date
  readonly updated_at: Date
}

/** Insert a primary tag; null when its name, or the extension drawn for it, is taken. */
export async function insertPrimary(unit: Unit, ownerId: string, name: string): Promise<Ktag | null> {
  const rows: TagRow[] = await unit
    .sql('ktags')
    .insert({
      id: newId(),
      owner_id: ownerId,
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
  return rows[0] ? fromRow(rows[0]) : null
}

export async function findPrimary(view: View, ownerId: string): Promise<Ktag | null> {
  const row: TagRow | undefined = await view.sql('ktags').where({ owner_id: ownerId, is_primary: true }).first()
  return row ? fromRow(row) : null
}

export async function findById(view: View, id: string): Promise<Ktag | null> {
  const row: TagRow | undefined = await view.sql('ktags').where({ id }).first()
  return row ? fromRow(row) : null
}

export async function findByName(view: View, name: string): Promise<Ktag | null> {
  const row: TagRow | undefined = await view.sql('ktags').whereRaw('lower(name) = ?', [name.toLowerCase()]).first()
  return row ? fromRow(row) : null
}

export async function listByIds(view: View, ids: readonly string[]): Promise<readonly Ktag[]> {
  if (ids.length === 0) return []
  const rows: TagRow[] = await view.sql('ktags').whereIn('id', [...ids])
  return rows.map(fromRow)
}

export async function listPrimaries(view: View, ownerIds: readonly string[]): Promise<readonly Ktag[]> {
  if (ownerIds.length === 0) return []
  const rows: TagRow[] = await view
    .sql('ktags')
    .whereIn('owner_id', [...ownerIds])
    .andWhere({ is_primary: true })
  return rows.map(fromRow)
}

export async function listByDigits(view: View, digits: string): Promise<readonly Ktag[]> {
  const rows: TagRow[] = await view
    .sql('ktags')
    .where({ extension: digits })
    .orWhere({ keypad: digits })
    .orderBy('name')
    .limit(9)
  return rows.map(fromRow)
}

function fromRow(row: TagRow): Ktag {
  return {
    id: row.id,
    ownerId: row.owner_id,
    name: row.name,
    title: row.title,
    description: row.description,
    visibility: row.visibility,
    postPolicy: row.post_policy,
    messagePolicy: row.message_policy,
    callPolicy: row.call_policy,
    takesVoicemail: row.takes_voicemail,
    extension: row.extension,
    isPrimary: row.is_primary,
    followerCount: row.follower_count,
    renamedAt: row.renamed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

import type { Unit, View } from '#kit/unit'

/** A private address under which a calendar is read. */
export interface Feed {
  readonly ownerId: string
  readonly keySealed: string
  readonly createdAt: Date
}

interface FeedRow {
  readonly owner_id: string
  readonly key_sealed: string
  readonly created_at: Date
}

export async function find(view: View, ownerId: string): Promise<Feed | null> {
  const row: FeedRow | undefined = await view.sql('calendar_feeds').where({ owner_id: ownerId }).first()
  return row ? fromRow(row) : null
}

/** The feed that a key is the key of, for whoever has the key. */
export async function findByKey(view: View, keyHash: string): Promise<Feed | null> {
  const row: FeedRow | undefined = await view.sql('calendar_feeds').where({ key_hash: keyHash }).first()
  return row ? fromRow(row) : null
}

/** Give a person's calendar an address, instead of the one that it has. */
export async function put(unit: Unit, ownerId: string, keyHash: string, keySealed: string): Promise<void> {
  const row = { owner_id: ownerId, key_hash: keyHash, key_sealed: keySealed, created_at: unit.now }
  await unit.sql('calendar_feeds').insert(row).onConflict('owner_id').merge()
}

export async function remove(unit: Unit, ownerId: string): Promise<void> {
  await unit.sql('calendar_feeds').where({ owner_id: ownerId }).delete()
}

function fromRow(row: FeedRow): Feed {
  return { ownerId: row.owner_id, keySealed: row.key_sealed, createdAt: row.created_at }
}

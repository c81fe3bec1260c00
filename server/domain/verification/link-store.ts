import type { Unit, View } from '#kit/unit'
import type { Link, LinkPurpose } from './model.ts'

interface LinkRow {
  readonly id: string
  readonly purpose: LinkPurpose
  readonly user_id: string
  readonly channel: Link['channel']
  readonly destination: string
  readonly token_sealed: string | null
  readonly expires_at: Date
}

export async function insert(
  unit: Unit,
  link: Link,
  secret: { readonly tokenHash: string; readonly tokenSealed: string },
): Promise<void> {
  await unit.sql('links').insert({
    id: link.id,
    purpose: link.purpose,
    user_id: link.userId,
    channel: link.channel,
    destination: link.destination,
    token_hash: secret.tokenHash,
    token_sealed: secret.tokenSealed,
    created_at: unit.now,
    expires_at: link.expiresAt,
  })
}

/** Close a person's open link of a purpose; nothing of its token is left but the hash. */
export async function closeOpen(unit: Unit, userId: string, purpose: LinkPurpose): Promise<void> {
  await unit
    .sql('links')
    .where({ user_id: userId, purpose })
    .whereNull('closed_at')
    .update({ closed_at: unit.now, token_sealed: null })
}

/** The open link with this token, locked until the unit ends. */
export async function lockOpen(unit: Unit, purpose: LinkPurpose, tokenHash: string): Promise<Link | null> {
  const row: LinkRow | undefined = await unit
    .sql('links')
    .where({ purpose, token_hash: tokenHash })
    .whereNull('closed_at')
    .forUpdate()
    .first()
  return row ? fromRow(row) : null
}

/** The open link with this token. */
export async function findByToken(view: View, purpose: LinkPurpose, tokenHash: string): Promise<Link | null> {
  const row: LinkRow | undefined = await view
    .sql('links')
    .where({ purpose, token_hash: tokenHash })
    .whereNull('closed_at')
    .first()
  return row ? fromRow(row) : null
}

/** An open link with its sealed token. */
export async function findOpen(
  view: View,
  id: string,
): Promise<{ readonly link: Link; readonly tokenSealed: string } | null> {
  const row: LinkRow | undefined = await view.sql('links').where({ id }).whereNull('closed_at').first()
  return row?.token_sealed ? { link: fromRow(row), tokenSealed: row.token_sealed } : null
}

/** Delete all of a person's links. */
export async function removeOf(unit: Unit, userId: string): Promise<void> {
  await unit.sql('links').where({ user_id: userId }).delete()
}

/** Delete links that expired before a moment. */
export async function deleteBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('links').where('expires_at', '<', moment).delete()
}

function fromRow(row: LinkRow): Link {
  return {
    id: row.id,
    purpose: row.purpose,
    userId: row.user_id,
    channel: row.channel,
    destination: row.destination,
    expiresAt: row.expires_at,
  }
}

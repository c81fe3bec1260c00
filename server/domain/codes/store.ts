import { CHANNELS, type Channel } from '#domain/verification'
import type { Unit, View } from '#kit/unit'

/** What a realm remembers of whoever holds an address. */
export interface Recipient {
  readonly blockedUntil: Date | null
  /** How often a code has come back that went by a channel. */
  readonly uses: ReadonlyMap<Channel, number>
}

interface RecipientRow {
  readonly blocked_until: Date | null
  readonly uses: Partial<Record<Channel, number>>
}

/** Whoever holds an address, as a realm knows them; whatever else the realm does with them waits until the unit ends. */
export async function lockRecipient(unit: Unit, realmId: string, destination: string): Promise<Recipient> {
  const rows: RecipientRow[] = await unit
    .sql('code_recipients')
    .insert({ realm_id: realmId, destination, seen_at: unit.now })
    .onConflict(['realm_id', 'destination'])
    .merge({ seen_at: unit.now })
    .returning(['blocked_until', 'uses'])
  return recipientOf(rows[0])
}

export async function findRecipient(view: View, realmId: string, destination: string): Promise<Recipient> {
  return recipientOf(
    await view.sql('code_recipients').where({ realm_id: realmId, destination }).first('blocked_until', 'uses'),
  )
}

/** No session for this address until a moment. */
export async function block(unit: Unit, realmId: string, destination: string, until: Date): Promise<void> {
  await unit.sql('code_recipients').where({ realm_id: realmId, destination }).update({ blocked_until: until })
}

/** A code that went by a channel has come back. */
export async function countUse(unit: Unit, realmId: string, destination: string, channel: Channel): Promise<void> {
  await unit
    .sql('code_recipients')
    .where({ realm_id: realmId, destination })
    .update({
      uses: unit.sql.raw(
        `jsonb_set(uses, array[cast(:channel as text)], to_jsonb(coalesce(cast(uses ->> :channel as integer), 0) + 1))`,
        { channel },
      ),
    })
}

/**
 * Take one of so many codes that a realm may pay for in this hour; false when there is none left. Others of the realm
 * wait until the unit ends: it is the last thing a unit does.
 */
export async function takeFromBudget(unit: Unit, realmId: string, hour: Date, most: number): Promise<boolean> {
  if (most < 1) return false
  const { rows } = await unit.sql.raw<{ rows: unknown[] }>(
    `insert into realm_budgets as budget (realm_id, hour, sends) values (:realmId, :hour, 1)
     on conflict (realm_id, hour) do update set sends = budget.sends + 1 where budget.sends < :most
     returning sends`,
    { realmId, hour, most },
  )
  return rows.length === 1
}

/** Keep what proves that a code has come back. */
export async function insertToken(
  unit: Unit,
  token: {
    readonly hash: string
    readonly realmId: string
    readonly destination: string
    readonly isTest: boolean
    readonly expiresAt: Date
  },
): Promise<void> {
  await unit.sql('code_tokens').insert({
    token_hash: token.hash,
    realm_id: token.realmId,
    destination: token.destination,
    is_test: token.isTest,
    expires_at: token.expiresAt,
  })
}

/** Use a token up, once; null when it cannot be (any more). */
export async function useToken(
  unit: Unit,
  realmId: string,
  hash: string,
): Promise<{ readonly destination: string; readonly isTest: boolean } | null> {
  const rows: { destination: string; is_test: boolean }[] = await unit
    .sql('code_tokens')
    .where({ token_hash: hash, realm_id: realmId })
    .whereNull('used_at')
    .andWhere('expires_at', '>', unit.now)
    .update({ used_at: unit.now })
    .returning(['destination', 'is_test'])
  return rows[0] ? { destination: rows[0].destination, isTest: rows[0].is_test } : null
}

/** Forget tokens and budgets that were over before a moment. */
export async function deleteBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('code_tokens').where('expires_at', '<', moment).delete()
  await unit.sql('realm_budgets').where('hour', '<', moment).delete()
}

/** Forget whom nobody has asked for a code since a moment, and those who have never given one back since another. */
export async function deleteUnseen(unit: Unit, since: Date, withoutUse: Date): Promise<void> {
  await unit
    .sql('code_recipients')
    .where('seen_at', '<', since)
    .orWhere((unused) => unused.where('seen_at', '<', withoutUse).andWhereRaw(`uses = '{}'`))
    .delete()
}

function recipientOf(row: RecipientRow | undefined): Recipient {
  const uses = CHANNELS.map((channel) => [channel, row?.uses[channel] ?? 0] as const)
  return { blockedUntil: row?.blocked_until ?? null, uses: new Map(uses) }
}

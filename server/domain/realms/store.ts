import type { Unit, View } from '#kit/unit'
import type { Realm, RealmSettings } from './model.ts'
import { readSettings } from './settings.ts'

interface RealmRow {
  readonly id: string
  readonly no: string
  readonly name: string
  readonly public_key: string
  readonly secret_sealed: string
  readonly settings: unknown
  readonly disabled_at: Date | null
}

/** The keys of a realm as they are stored. */
export interface StoredKeys {
  readonly publicKey: string
  readonly secretHash: string
  readonly secretSealed: string
}

/** Begin a realm; null when another one has the name. Only one can be the trial. */
export async function insert(
  unit: Unit,
  realm: { readonly id: string; readonly name: string; readonly isTrial: boolean } & StoredKeys,
  settings: RealmSettings,
): Promise<Realm | null> {
  const rows: RealmRow[] = await unit
    .sql('realms')
    .insert({
      id: realm.id,
      name: realm.name,
      public_key: realm.publicKey,
      secret_hash: realm.secretHash,
      secret_sealed: realm.secretSealed,
      settings: JSON.stringify(settings),
      is_trial: realm.isTrial,
      created_at: unit.now,
    })
    .onConflict()
    .ignore()
    .returning('*')
  return orNull(rows[0])
}

/** The realm that a public key belongs to, unless it is disabled. */
export async function findByPublicKey(view: View, publicKey: string): Promise<Realm | null> {
  return orNull(await view.sql('realms').where({ public_key: publicKey }).whereNull('disabled_at').first())
}

/** The realm that a secret key belongs to, unless it is disabled. */
export async function findBySecret(view: View, secretHash: string): Promise<Realm | null> {
  return orNull(await view.sql('realms').where({ secret_hash: secretHash }).whereNull('disabled_at').first())
}

export async function findByName(view: View, name: string): Promise<Realm | null> {
  return orNull(await view.sql('realms').whereRaw('lower(name) = lower(?)', [name]).first())
}

export async function findByNo(view: View, no: string): Promise<Realm | null> {
  return orNull(await view.sql('realms').where({ no }).first())
}

export async function findTrial(view: View): Promise<Realm | null> {
  return orNull(await view.sql('realms').where({ is_trial: true }).whereNull('disabled_at').first())
}

/** Every realm, the oldest first. */
export async function list(view: View): Promise<readonly Realm[]> {
  const rows: RealmRow[] = await view.sql('realms').orderBy('no')
  return rows.map(fromRow)
}

/** The sealed secret key of a realm. */
export async function secretOf(view: View, id: string): Promise<string | null> {
  const row: RealmRow | undefined = await view.sql('realms').where({ id }).first('secret_sealed')
  return row?.secret_sealed ?? null
}

/** Change a realm; null when there is none. */
export async function update(
  unit: Unit,
  id: string,
  changes: Partial<StoredKeys> & { readonly settings?: RealmSettings; readonly disabledAt?: Date | null },
): Promise<Realm | null> {
  const { publicKey, secretHash, secretSealed, settings, disabledAt } = changes
  const rows: RealmRow[] = await unit
    .sql('realms')
    .where({ id })
    .update({
      public_key: publicKey,
      secret_hash: secretHash,
      secret_sealed: secretSealed,
      settings: settings && JSON.stringify(settings),
      disabled_at: disabledAt,
    })
    .returning('*')
  return orNull(rows[0])
}

function orNull(row: RealmRow | undefined): Realm | null {
  return row ? fromRow(row) : null
}

function fromRow(row: RealmRow): Realm {
  return {
    id: row.id,
    no: Number(row.no),
    name: row.name,
    publicKey: row.public_key,
    settings: readSettings(row.settings),
    isDisabled: row.disabled_at !== null,
  }
}

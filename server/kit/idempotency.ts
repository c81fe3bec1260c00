import { Fault, IdempotencyConflict, ValidationFailed } from './fault.ts'
import { Kept, type Unit, type View } from './unit.ts'

/** What an endpoint answered: kept with the key, and replayed. */
export interface StoredAnswer {
  readonly status: number
  readonly body: unknown
}

const KEY = /^[\x21-\x7e]{1,64}$/
const KEEP_HOURS = 24
const PURPOSE = 'idempotent request'

/** Read the `Idempotency-Key` header; null without one. Throws `ValidationFailed` on more than 64 characters. */
export function idempotencyKey(header: string | undefined): string | null {
  if (header === undefined || header === '') return null
  if (!KEY.test(header)) {
    throw ValidationFailed({ fields: { 'Idempotency-Key': 'Send 1 to 64 visible characters.' } })
  }
  return header
}

/**
 * Run a verb under a key, inside the verb's own unit: the key, what was done and the answer commit together, so a
 * process that dies leaves no key behind, and a twin that runs at the same time waits on the unique index and then
 * gets the first one's answer. A refusal rolls the key back with everything else.
 * Throws `IdempotencyConflict` when the key was used with another request.
 */
export async function once(
  unit: Unit,
  scope: string,
  key: string,
  request: unknown,
  run: () => Promise<StoredAnswer>,
): Promise<StoredAnswer> {
  // A keyed hash: the request may hold a password, which a plain one would give away to guessing.
  const asked = JSON.stringify(request)
  const row = { scope, key }
  await unit.sql('idempotency_keys').where(row).andWhere('expires_at', '<', unit.now).delete()
  const taken = await unit
    .sql('idempotency_keys')
    .insert({
      ...row,
      request_hash: unit.site.keys.mac(PURPOSE, asked),
      expires_at: new Date(unit.now.getTime() + KEEP_HOURS * 3_600_000),
    })
    .onConflict(['scope', 'key'])
    .ignore()
    .returning('key')
  if (taken.length === 0) return storedAnswer(unit, row, asked)

  const answer = await run().catch(async (error: unknown) => {
    // A refusal that commits must not leave a key without an answer behind; all else is rolled back, and after an
    // error of the database (a deadlock, which is tried again) there is nothing left to say in this transaction.
    if (error instanceof Kept || (error instanceof Fault && error.type.keepsUnit))
      await unit.sql('idempotency_keys').where(row).delete()
    throw error
  })
  await unit
    .sql('idempotency_keys')
    .where(row)
    .update({ status: answer.status, body: JSON.stringify(answer.body ?? null) })
  return answer
}

/**
 * What was answered under a key already; null when nothing was. For work that is done before its unit: it is spared
 * where it was done. Throws `IdempotencyConflict` when the key was used with another request.
 */
export async function answered(view: View, scope: string, key: string, request: unknown): Promise<StoredAnswer | null> {
  const row = await view.sql('idempotency_keys').where({ scope, key }).andWhere('expires_at', '>=', view.now).first()
  return row ? replayed(view, row, JSON.stringify(request)) : null
}

async function storedAnswer(unit: Unit, row: { scope: string; key: string }, asked: string): Promise<StoredAnswer> {
  return replayed(unit, await unit.sql('idempotency_keys').where(row).first(), asked)
}

interface KeyRow {
  readonly request_hash: string
  readonly status: number
  readonly body: unknown
}

function replayed(view: View, first: KeyRow | undefined, asked: string): StoredAnswer {
  if (!first || !view.site.keys.matches(PURPOSE, asked, first.request_hash)) throw IdempotencyConflict()
  return { status: first.status, body: first.body ?? undefined }
}

/** Forget every answer that is kept for somebody: they are leaving. */
export async function forgetKeys(unit: Unit, viewerId: string): Promise<void> {
  await unit.sql('idempotency_keys').where('scope', 'like', `% ${viewerId}`).delete()
}

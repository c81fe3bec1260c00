import type { Realm } from '#domain/realms'
import { secondsAfter } from '#kit/clock'
import { fingerprint, newToken } from '#kit/secret'
import type { Unit } from '#kit/unit'
import { TokenUnknown } from './faults.ts'
import { type Kind, kindOf } from './model.ts'
import * as store from './store.ts'

/** Long enough for a page to hand it on to its server. */
const TOKEN_SECONDS = 180

/** A token that proves, once, that a code has come back from an address. */
export async function newTokenFor(
  unit: Unit,
  realm: Realm,
  proven: { readonly destination: string; readonly isTest: boolean },
): Promise<string> {
  const token = newToken()
  const expiresAt = secondsAfter(unit.now, TOKEN_SECONDS)
  await store.insertToken(unit, { hash: fingerprint(token), realmId: realm.id, ...proven, expiresAt })
  return token
}

/** Use a token up: who has proven what address. Throws `TokenUnknown`. */
export async function exchange(
  unit: Unit,
  realm: Realm,
  verifyToken: string,
): Promise<{ readonly destination: string; readonly kind: Kind; readonly isTest: boolean }> {
  const proven = await store.useToken(unit, realm.id, fingerprint(verifyToken))
  if (!proven) throw TokenUnknown()
  return { ...proven, kind: kindOf(proven.destination) }
}

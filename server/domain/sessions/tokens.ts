import { setPassword } from '#domain/accounts'
import { fingerprint, newToken } from '#kit/secret'
import type { Unit } from '#kit/unit'
import type { SignedIn, Viewer } from './model.ts'
import { announceEnd, PREFIX } from './sessions.ts'
import * as store from './store.ts'

/**
 * Exchange a session's token for a new one. The old one works for a minute more, for requests that are on their way;
 * shown later, it has been stolen or kept where it should not be, and the session ends.
 */
export async function refresh(unit: Unit, viewer: Viewer, oldToken: string): Promise<SignedIn> {
  await store.spend(unit, viewer.session.id, fingerprint(oldToken))
  return renew(unit, viewer)
}

/**
 * Give the asker another password. Every other session ends at once, and this one goes on under a new token only.
 * `passwordHash` is of a password that was checked against the rules.
 */
export async function changePassword(unit: Unit, viewer: Viewer, passwordHash: string): Promise<SignedIn> {
  await setPassword(unit, viewer.user, passwordHash)
  const others = await store.revokeOthers(unit, viewer.user.id, viewer.session.id)
  for (const id of others) announceEnd(unit, viewer.user.id, id)
  await store.forgetSpent(unit, viewer.session.id)
  return renew(unit, viewer)
}

/** End the sessions whose exchanged tokens were shown again, and tell their sockets and other devices. */
export async function endMisused(unit: Unit): Promise<void> {
  for (const { id, userId } of await store.revokeMisused(unit)) announceEnd(unit, userId, id)
}

async function renew(unit: Unit, { user, session }: Viewer): Promise<SignedIn> {
  const token = PREFIX + newToken()
  return { token, user, session: await store.replaceToken(unit, session, fingerprint(token)) }
}

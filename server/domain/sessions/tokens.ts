import { setPassword } from '#domain/accounts'
import { secondsAfter } from '#kit/clock'
import { Unauthorized } from '#kit/fault'
import { fingerprint, newToken } from '#kit/secret'
import type { Unit } from '#kit/unit'
import { LIFETIME, type SignedIn, type Viewer } from './model.ts'
import { announceEnd, PREFIX } from './sessions.ts'
import * as store from './store.ts'

const DAY = 86_400
/** So often may a token have been exchanged while a request that shows an earlier one was on its way. */
const MOST_STEPS = 8

/**
 * Exchange a session's token for a new one. The old one works for a minute more, for requests that are on their way;
 * shown later, it has been stolen or kept where it should not be, and the session ends. Whoever asks again within that
 * minute, having missed the answer or not waited for it, is given the same token. Throws `Unauthorized`.
 */
export async function refresh(unit: Unit, { user, session }: Viewer, shown: string): Promise<SignedIn> {
  const current = await store.lockToken(unit, session.id)
  if (current === null) throw Unauthorized()
  const next = successorOf(unit, shown)
  if (fingerprint(shown) === current) {
    await store.spend(unit, session.id, current)
    return { token: next, user, session: await store.replaceToken(unit, session, fingerprint(next)) }
  }
  let token = next
  for (let step = 1; fingerprint(token) !== current; step++) {
    // The chain was broken by another password.
    if (step === MOST_STEPS) throw Unauthorized()
    token = successorOf(unit, token)
  }
  return { token, user, session: (await store.findById(unit, user.id, session.id)) ?? session }
}

/**
 * Give the asker another password. Every other session ends at once, and this one goes on under a new token only.
 * `passwordHash` is of a password that was checked against the rules. Throws `Unauthorized` when this session has ended
 * meanwhile.
 */
export async function changePassword(unit: Unit, { user, session }: Viewer, passwordHash: string): Promise<SignedIn> {
  await setPassword(unit, user, passwordHash)
  if ((await store.lockToken(unit, session.id)) === null) throw Unauthorized()
  const others = await store.revokeOthers(unit, user.id, session.id)
  for (const id of others) announceEnd(unit, user.id, id)
  await store.forgetSpent(unit, session.id)
  const token = PREFIX + newToken()
  return { token, user, session: await store.replaceToken(unit, session, fingerprint(token)) }
}

/** End the sessions whose exchanged tokens were shown again, and tell their sockets and other devices. */
export async function endMisused(unit: Unit): Promise<void> {
  for (const { id, userId } of await store.revokeMisused(unit)) announceEnd(unit, userId, id)
}

/** Forget sessions that ended long ago, and tokens that were exchanged before any that is unused could still be good. */
export async function tidy(unit: Unit): Promise<void> {
  await store.deleteEnded(unit, secondsAfter(unit.now, -LIFETIME.rememberedDays * DAY))
  await store.deleteSpent(unit, secondsAfter(unit.now, -LIFETIME.slidingDays * DAY))
}

/** The token that a token is exchanged for: nobody can tell it who lacks our keys, and it is kept nowhere. */
function successorOf({ site }: Unit, token: string): string {
  return PREFIX + site.keys.derive('next token', token)
}

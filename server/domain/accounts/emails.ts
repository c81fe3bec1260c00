import { issue, openFor, withdraw } from '#domain/verification'
import { ValidationFailed } from '#kit/fault'
import { brokenRule, type Unit, type View } from '#kit/unit'
import { changed, kept } from './accounts.ts'
import { EmailChanged } from './events.ts'
import { EmailTaken } from './faults.ts'
import type { User } from './model.ts'
import * as store from './store.ts'

const SEAL = 'former address'

/**
 * Claim another e-mail address, or give up the one on file. An address waits until the code that is mailed there has come
 * back, and the one before goes on working; claiming that one again withdraws the claim. The code is worth
 * nothing once the session that asks has ended.
 * Throws `EmailTaken`, what `verification.issue` throws, and `ValidationFailed` when nothing would be left by which the
 * person could be reached.
 */
export async function changeEmail(
  unit: Unit,
  { user, session }: { readonly user: User; readonly session: { readonly id: string } },
  email: string | null,
): Promise<User> {
  const current = kept(await store.lock(unit, user.id))
  if (email === null) return giveUp(unit, current)
  if (email === current.email && current.emailVerifiedAt !== null) return withdrawClaim(unit, current)
  if (email !== current.email && (await store.isTaken(unit, 'email', email))) throw taken()
  const asked = await openFor(unit, 'email', user.id)
  // Asked for twice, as by an app that sends all it has, it is mailed once.
  if (asked?.destination === email && asked.payload.session_id === session.id) return current
  const payload = { user_id: user.id, session_id: session.id }
  await issue(unit, { purpose: 'email', subject: user.id, channel: 'email', destination: email, payload })
  return changed(unit, await store.update(unit, user.id, { pending_email: email }))
}

/** The code that was mailed to a claimed address has come back: it is theirs. Null when they do not claim it any more. */
export async function takeEmail(unit: Unit, userId: string, email: string): Promise<User | null> {
  const current = await store.lock(unit, userId)
  if (current?.pendingEmail !== email) return null
  const changes = { email, email_verified_at: unit.now, pending_email: null }
  const updated = await store.update(unit, userId, changes).catch(takenMeanwhile)
  announce(unit, current)
  return changed(unit, updated)
}

/** The address that an `EmailChanged` tells of; null when it cannot be read any more. */
export function formerEmail(view: View, sealed: string): string | null {
  return view.site.keys.open(SEAL, sealed)
}

async function giveUp(unit: Unit, current: User): Promise<User> {
  if (current.email === null) return withdrawClaim(unit, current)
  if (current.mobileVerifiedAt === null) {
    throw ValidationFailed({ fields: { email: 'Verify a mobile number first: without both you could not come back.' } })
  }
  await withdraw(unit, 'email', current.id)
  announce(unit, current)
  const none = { email: null, email_verified_at: null, pending_email: null }
  return changed(unit, await store.update(unit, current.id, none))
}

async function withdrawClaim(unit: Unit, current: User): Promise<User> {
  if (current.pendingEmail === null) return current
  await withdraw(unit, 'email', current.id)
  return changed(unit, await store.update(unit, current.id, { pending_email: null }))
}

/** Whoever held the address before is told there: it may not have been they who changed it. */
function announce(unit: Unit, { id, username, email }: User): void {
  if (email === null) return
  unit.emit(EmailChanged, { user_id: id, username, former_sealed: unit.site.keys.seal(SEAL, email) }, [])
}

function takenMeanwhile(error: unknown): never {
  if (brokenRule(error) === 'users_one_per_email') throw taken()
  throw error
}

function taken() {
  return EmailTaken({ fields: { email: 'That address belongs to another account.' } })
}

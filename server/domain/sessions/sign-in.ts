import {
  byId,
  InvalidCredentials,
  isStillPassword,
  markEmailVerified,
  type Proven,
  takeEmail,
  type User,
} from '#domain/accounts'
import { type Challenge, ChallengeNotFound, check, issue } from '#domain/verification'
import type { Unit } from '#kit/unit'
import type { Device, SignedIn } from './model.ts'
import { open, byId as sessionById } from './sessions.ts'

/**
 * Sign in a person whose password fits: at once when no e-mail address is on file, else a code goes there first. What was
 * begun with a password that has been changed since is over.
 * `proven` is null when the password did not fit. Throws `InvalidCredentials`, `AccountSuspended`, `RateLimited`.
 */
export async function signIn(unit: Unit, proven: Proven | null, device: Device): Promise<SignedIn | Challenge> {
  if (!proven) throw InvalidCredentials()
  const { user, passwordMark } = proven
  if (!(await isStillPassword(unit, user.id, passwordMark))) throw InvalidCredentials()
  if (user.email === null || user.suspendedAt) return open(unit, user, device)
  const payload = { user_id: user.id, password_mark: passwordMark }
  return issue(unit, { purpose: 'login', channel: 'email', destination: user.email, payload })
}

/**
 * Finish a sign-in with the code that was mailed; or take another e-mail address with the code that was mailed there,
 * which signs in as well. Throws what `verification.check` throws, `EmailTaken` when somebody else proved that address
 * first, and `AccountSuspended`.
 */
export async function confirmSignIn(unit: Unit, challengeId: string, code: string, device: Device): Promise<SignedIn> {
  const challenge = await check(unit, ['login', 'email'], { id: challengeId }, code)
  if (challenge.purpose === 'email') return open(unit, await confirmEmail(unit, challenge), device)
  const { user_id: userId, password_mark: passwordMark } = challenge.payload
  const isStill = await isStillPassword(unit, String(userId), String(passwordMark))
  const user = await byId(unit, String(userId))
  // The account, its password, or the address that the code went to, may be gone since.
  if (!isStill || user?.email !== challenge.destination) throw ChallengeNotFound()
  return open(unit, user.emailVerifiedAt ? user : await markEmailVerified(unit, user.id), device)
}

/** Only as long as the session lives that asked: whoever was signed out everywhere does not come back by this way. */
async function confirmEmail(unit: Unit, { payload, destination }: Challenge): Promise<User> {
  const userId = String(payload.user_id)
  const asked = await sessionById(unit, userId, String(payload.session_id))
  const user = asked && (await takeEmail(unit, userId, destination))
  if (!user) throw ChallengeNotFound()
  return user
}

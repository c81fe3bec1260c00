import { z } from 'zod'
import { assertFree, create } from '#domain/accounts'
import { assertReachable } from '#domain/destinations'
import { acceptByNewcomer, openId, openIdAt } from '#domain/invites'
import { createPrimary } from '#domain/tags'
import { isOptedOut, SmsOptedOut } from '#domain/texts'
import { type Challenge, check, issue } from '#domain/verification'
import type { Unit } from '#kit/unit'
import type { Device, SignedIn } from './model.ts'
import { open } from './sessions.ts'

/** What a person wants to be called and reached by; at least one address. */
export interface WantedAccount {
  readonly username: string
  readonly passwordHash: string
  readonly name: string | null
  readonly email: string | null
  readonly mobile: string | null
  readonly timezone: string | null
  /** The code of the invite that brings them; one that is not open (any more) changes nothing. */
  readonly inviteCode: string | null
}

/** What waits with the challenge; no account exists until the code comes back. */
const Pending = z.object({
  username: z.string(),
  password_hash: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  mobile: z.string().nullable(),
  timezone: z.string(),
  // Absent in what was asked before there were invites.
  invite_id: z.string().nullable().default(null),
})

/**
 * Begin an account: a code goes to the e-mail address, or without one to the mobile.
 * Throws `UsernameTaken`, `EmailTaken`, `MobileTaken`, `SmsOptedOut`, `CountryNotSupported`, `NumberNotSupported`,
 * `RateLimited`.
 */
export async function register(unit: Unit, wanted: WantedAccount): Promise<Challenge> {
  await assertFree(unit, wanted)
  if (wanted.mobile !== null) assertReachable(unit, wanted.mobile, 'mobile')
  const destination = wanted.email ?? wanted.mobile
  if (destination === null) throw new Error('An account needs an address; the endpoint asks for one.')
  if (wanted.email === null && (await isOptedOut(unit, destination))) throw SmsOptedOut()
  return issue(unit, {
    purpose: 'register',
    channel: wanted.email === null ? 'sms' : 'email',
    destination,
    payload: {
      username: wanted.username,
      password_hash: wanted.passwordHash,
      name: wanted.name ?? wanted.username,
      email: wanted.email,
      mobile: wanted.mobile,
      timezone: wanted.timezone ?? 'UTC',
      invite_id: wanted.inviteCode === null ? null : await openId(unit, wanted.inviteCode),
    },
  })
}

/**
 * Finish an account with its code: the person, their primary tag and a first session come to be together. The
 * address that the code went to is verified, and the invite that brought them, by its code or to that address, is accepted
 * if it is still open.
 * Throws what `verification.check` throws, and `UsernameTaken`, `EmailTaken`, `MobileTaken` when a race was lost.
 */
export async function confirmRegistration(
  unit: Unit,
  challengeId: string,
  code: string,
  device: Device,
): Promise<SignedIn> {
  const challenge = await check(unit, 'register', { id: challengeId }, code)
  const pending = Pending.parse(challenge.payload)
  const user = await create(unit, {
    username: pending.username,
    passwordHash: pending.password_hash,
    name: pending.name,
    email: pending.email,
    emailVerified: challenge.channel === 'email',
    mobile: pending.mobile,
    mobileVerified: challenge.channel === 'sms',
    timezone: pending.timezone,
  })
  await createPrimary(unit, user)
  const inviteId = pending.invite_id ?? (await openIdAt(unit, user))
  if (inviteId !== null) await acceptByNewcomer(unit, user, inviteId)
  return open(unit, user, device)
}

import { hold, type User, byId as userById } from '#domain/accounts'
import { byId as sessionById } from '#domain/sessions'
import { isOptedOut, queue } from '#domain/texts'
import { check, issue, openFor } from '#domain/verification'
import { Fault, Unauthorized } from '#kit/fault'
import type { Unit, View } from '#kit/unit'
import { AccountLeft } from './events.ts'
import { ReauthRequired } from './faults.ts'
import { KEEPERS } from './keepers.ts'
import { GOODBYE } from './model.ts'
import * as store from './store.ts'

const SEAL = 'departure'

/** Who asks to leave, through which of their sessions. */
interface Leaver {
  readonly user: User
  readonly session: { readonly id: string }
}

/** What shows that it is they who leave: a password that was just compared, or a code that was sent for this. */
export type Proof = 'password' | { readonly code: string }

/**
 * Refuse somebody who shows nothing, and have a code sent to their e-mail address, or else to their verified mobile, by
 * which they may leave. Always throws: `ReauthRequired`.
 */
export async function askForProof(unit: Unit, user: User): Promise<never> {
  const isSent = await sendCode(unit, user)
  throw isSent ? ReauthRequired() : ReauthRequired({ message: 'Send your password.' })
}

/**
 * Delete somebody's account. From the commit on they cannot sign in, nobody finds them, their tags are gone, and what
 * was to be sent or rung for them is not; the rest is deleted by `purge`. They are told goodbye.
 * Throws `CallInProgress`, what `verification.check` throws, `Unauthorized` when they were signed out meanwhile.
 */
export async function leave(unit: Unit, { user: asked, session }: Leaver, proof: Proof): Promise<void> {
  if (proof !== 'password') await check(unit, 'departure', { subject: asked.id }, proof.code)
  await hold(unit, asked.id)
  const user = await userById(unit, asked.id)
  if (!user || !(await sessionById(unit, user.id, session.id))) throw Unauthorized()
  for (const { forget } of KEEPERS) await forget?.(unit, user)
  await store.insert(unit, user.id, verifiedMobile(user) && unit.site.keys.seal(SEAL, verifiedMobile(user) ?? ''))
  await sayGoodbye(unit, user)
}

/** The address that an `AccountLeft` tells of; null when there is none, or it cannot be read any more. */
export function goodbyeAddress(view: View, sealed: string | null): string | null {
  return sealed === null ? null : view.site.keys.open(SEAL, sealed)
}

/** The number of somebody who has left. */
export function mobileOf(view: View, { mobileSealed }: { readonly mobileSealed: string | null }): string | null {
  return goodbyeAddress(view, mobileSealed)
}

/** Whether a code is on its way that they may leave by; one that was sent a moment ago goes on working. */
async function sendCode(unit: Unit, user: User): Promise<boolean> {
  const open = await openFor(unit, 'departure', user.id)
  if (open && open.resendAt > unit.now) return true
  const mobile = verifiedMobile(user)
  const isTextable = mobile !== null && !(await isOptedOut(unit, mobile))
  const way =
    user.email !== null
      ? ({ channel: 'email', destination: user.email } as const)
      : isTextable
        ? ({ channel: 'sms', destination: mobile } as const)
        : null
  if (!way) return false
  try {
    await issue(unit, { purpose: 'departure', subject: user.id, ...way })
    return true
  } catch (error) {
    // Too many codes, or none for now: the password is left, or the code before.
    if (error instanceof Fault) return open !== null
    throw error
  }
}

/** The number may be somebody else's at once: the words name the account and nothing in it. */
async function sayGoodbye(unit: Unit, user: User): Promise<void> {
  const mobile = verifiedMobile(user)
  const body = `Your Kadoink account ${user.username} was deleted, as you asked. Goodbye!`
  if (mobile !== null) await queue(unit, { phone: mobile, body, purpose: GOODBYE })
  const email_sealed = user.email === null ? null : unit.site.keys.seal(SEAL, user.email)
  unit.emit(AccountLeft, { user_id: user.id, username: user.username, email_sealed }, [])
}

function verifiedMobile(user: User): string | null {
  return user.mobileVerifiedAt === null ? null : user.mobile
}

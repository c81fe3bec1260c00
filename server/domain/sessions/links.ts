import { byId, identify, markEmailVerified, setPassword, type User } from '#domain/accounts'
import { isOptedOut } from '#domain/texts'
import {
  CodeInvalid,
  check,
  consumeLink,
  issue,
  issueLink,
  LinkInvalid,
  type LinkPurpose,
  readLink,
} from '#domain/verification'
import { Fault } from '#kit/fault'
import type { Unit, View } from '#kit/unit'
import { LinkAsked } from './events.ts'
import type { Device, SignedIn } from './model.ts'
import { open, revokeAll } from './sessions.ts'

const SEAL = 'identifier'

/**
 * Somebody wants to sign in, or set a new password, by what is sent to the address of an account. Whether there is
 * such an account is looked at later, elsewhere: the answer and its time are the same for all.
 */
export function askLink(unit: Unit, purpose: LinkPurpose, identifier: string): void {
  unit.emit(LinkAsked, { purpose, identifier_sealed: unit.site.keys.seal(SEAL, identifier) }, [])
}

/**
 * Send what was asked for: a link by mail, or to the verified mobile of an account without an address (to set a new
 * password, a code). Nothing for nobody, for the suspended, and to those who were sent too much already.
 */
export async function answerLinkRequest(unit: Unit, purpose: LinkPurpose, identifierSealed: string): Promise<void> {
  const identifier = unit.site.keys.open(SEAL, identifierSealed)
  const user = identifier === null ? null : await identify(unit, identifier)
  if (!user || user.suspendedAt) return
  try {
    await send(unit, purpose, user)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
  }
}

/** Sign in whoever opened a link; the address that it went to is proved. Throws what `consumeLink` and `open` throw. */
export async function signInByLink(unit: Unit, token: string, device: Device): Promise<SignedIn> {
  const link = await consumeLink(unit, 'magic', token)
  const user = await holderOf(unit, link)
  const isNews = link.channel === 'email' && user.emailVerifiedAt === null
  return open(unit, isNews ? await markEmailVerified(unit, user.id) : user, device)
}

/** What lets somebody set a new password: a link that was mailed, or a code that was texted. */
export type ResetProof = { readonly token: string } | { readonly identifier: string; readonly code: string }

/**
 * What is known of whoever sets a new password, so that it is not their password: of a link's person their names, of
 * somebody with a code nothing but what they say. A link that is not good is nobody's, and is refused later.
 */
export async function knownOf(view: View, proof: ResetProof): Promise<readonly (string | null)[]> {
  if ('code' in proof) return [proof.identifier]
  const link = await readLink(view, 'reset', proof.token).catch(none)
  const user = link && (await byId(view, link.userId))
  return user ? [user.username, user.email, user.name] : []
}

/** Whose link this is, without using it up. Throws `LinkInvalid`, `LinkExpired`. */
export async function holderOfLink(view: View, purpose: LinkPurpose, token: string): Promise<User> {
  return holderOf(view, await readLink(view, purpose, token))
}

/**
 * Set a new password and end every session. Throws `LinkInvalid`, `LinkExpired`; with a code `CodeInvalid`, whatever is
 * wrong with it, so that nothing is learnt of accounts.
 */
export async function resetPassword(unit: Unit, proof: ResetProof, passwordHash: string): Promise<void> {
  const user =
    'token' in proof
      ? await holderOf(unit, await consumeLink(unit, 'reset', proof.token))
      : await holderOfCode(unit, proof.identifier, proof.code)
  await setPassword(unit, user, passwordHash)
  await revokeAll(unit, user)
}

function none(error: unknown): null {
  if (error instanceof Fault) return null
  throw error
}

async function send(unit: Unit, purpose: LinkPurpose, user: User): Promise<void> {
  if (user.email !== null) {
    await issueLink(unit, { purpose, userId: user.id, channel: 'email', destination: user.email })
    return
  }
  if (user.mobile === null || user.mobileVerifiedAt === null || (await isOptedOut(unit, user.mobile))) return
  if (purpose === 'magic') {
    await issueLink(unit, { purpose, userId: user.id, channel: 'sms', destination: user.mobile })
  } else {
    await issue(unit, { purpose: 'reset', subject: user.id, channel: 'sms', destination: user.mobile })
  }
}

/** The person of a link, who must still hold the address that it went to. */
async function holderOf(
  view: View,
  link: { readonly userId: string; readonly channel: 'email' | 'sms'; readonly destination: string },
): Promise<User> {
  const user = await byId(view, link.userId)
  const address = link.channel === 'email' ? user?.email : user?.mobile
  if (!user || address !== link.destination) throw LinkInvalid()
  return user
}

async function holderOfCode(unit: Unit, identifier: string, code: string): Promise<User> {
  const user = await identify(unit, identifier)
  const wrong = CodeInvalid({ fields: { code: 'That code is not right.' } })
  if (!user || user.suspendedAt) throw wrong
  try {
    const challenge = await check(unit, 'reset', { subject: user.id }, code)
    if (challenge.destination !== user.mobile) throw wrong
    return user
  } catch (error) {
    throw error instanceof Fault ? wrong : error
  }
}

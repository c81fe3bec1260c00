import type { Plan } from '#domain/billing'
import { assertReachable } from '#domain/destinations'
import { countryOf } from '#domain/phones'
import { isOptedOut, queue, SmsOptedOut } from '#domain/texts'
import { AlreadyVerified, ChallengeNotFound, check, issue } from '#domain/verification'
import { Unauthorized } from '#kit/fault'
import { newId } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import * as closing from './closing-store.ts'
import { MobileVerified, UserChanged } from './events.ts'
import { EmailTaken, MobileNotSet, MobileTaken, UsernameTaken } from './faults.ts'
import type { NewAccount, ProfileChanges, User } from './model.ts'
import * as store from './store.ts'

const WELCOME =
  'Welcome to Kadoink! Text INBOX for your messages, CALL @name to call, or ? for the guide. Reply STOP to opt out.'

/**
 * Refuse early what an account could not be made with later; the unique indexes decide when it is made.
 * Throws `UsernameTaken`, `EmailTaken`, `MobileTaken`.
 */
export async function assertFree(
  view: View,
  wanted: { readonly username: string; readonly email: string | null; readonly mobile: string | null },
): Promise<void> {
  const { username } = wanted
  if ((await store.isTaken(view, 'username', username)) || (await closing.isResting(view, username))) {
    throw UsernameTaken()
  }
  if (wanted.email !== null && (await store.isTaken(view, 'email', wanted.email))) throw EmailTaken()
  if (wanted.mobile !== null && (await store.findByVerifiedMobile(view, wanted.mobile))) throw MobileTaken()
}

/** Make an account. Throws `UsernameTaken`, `EmailTaken` or `MobileTaken` when a race was lost. */
export async function create(unit: Unit, account: NewAccount): Promise<User> {
  const user = await store.insert(unit, newId(), account)
  if (!user) {
    await assertFree(unit, account)
    throw UsernameTaken()
  }
  // Looked at last: the index may have made us wait for the departure that put the name to rest.
  if (await closing.isResting(unit, account.username)) throw UsernameTaken()
  if (account.mobile !== null && account.mobileVerified) await announceMobile(unit, user, account.mobile)
  return user
}

export async function byId(view: View, id: string): Promise<User | null> {
  return store.findById(view, id)
}

/** Several people at once, by id. */
export async function byIds(view: View, ids: readonly string[]): Promise<ReadonlyMap<string, User>> {
  return new Map((await store.findByIds(view, ids)).map((user) => [user.id, user]))
}

/**
 * Take turns: of several units that hold the same person, one goes on at a time. Whoever counts what a person has
 * against a limit holds them first. For what somebody does themself: throws `Unauthorized` when they have left meanwhile.
 */
export async function hold(unit: Unit, id: string): Promise<void> {
  if (!(await holdPresent(unit, id))) throw Unauthorized()
}

/** The same for what is done on account of somebody, by events and by the clock: false when they have left. */
export async function holdPresent(unit: Unit, id: string): Promise<boolean> {
  return store.hold(unit, id)
}

/** The one verified holder of a number. */
export async function byVerifiedMobile(view: View, mobile: string): Promise<User | null> {
  return store.findByVerifiedMobile(view, mobile)
}

/** The one who has an e-mail address and has proved it. */
export async function byVerifiedEmail(view: View, email: string): Promise<User | null> {
  return store.findByVerifiedEmail(view, email)
}

/** Change what a person says about themself. */
export async function updateProfile(unit: Unit, user: User, changes: ProfileChanges): Promise<User> {
  const { settings, ...plain } = changes
  const current = await store.lock(unit, user.id)
  const merged = settings ? { settings: JSON.stringify({ ...current?.settings, ...settings }) } : {}
  return changed(unit, await store.update(unit, user.id, { ...plain, ...merged }))
}

/** Show a person by the picture with this key, or by none: their devices are told. */
export async function setAvatar(unit: Unit, userId: string, key: string | null): Promise<User> {
  return changed(unit, await store.update(unit, userId, { avatar_key: key }))
}

/** Something else that belongs to a person's profile is different now: their devices are told. */
export function noteChange(unit: Unit, userId: string): void {
  unit.emit(UserChanged, { user_id: userId }, [`user:${userId}`])
}

/** Set what a person has paid for, and when the months of it began: null for those of the calendar. */
export async function changePlan(
  unit: Unit,
  userId: string,
  { plan, monthsFrom }: { readonly plan: Plan; readonly monthsFrom: Date | null },
): Promise<User | null> {
  return store.update(unit, userId, { plan, months_from: monthsFrom })
}

/** A code that went by mail has come back: the address is theirs. */
export async function markEmailVerified(unit: Unit, userId: string): Promise<User> {
  return kept(await store.update(unit, userId, { email_verified_at: unit.now }))
}

/**
 * Claim a number. A verified one goes on working until the new one is verified too; claiming the verified one again
 * withdraws the claim. `mobile` is E.164. Throws `MobileTaken` when somebody else has verified it,
 * `CountryNotSupported` and `NumberNotSupported` when no code could go there.
 */
export async function setMobile(unit: Unit, user: User, mobile: string): Promise<User> {
  assertReachable(unit, mobile, 'mobile')
  const holder = await store.findByVerifiedMobile(unit, mobile)
  if (holder && holder.id !== user.id) throw MobileTaken()
  const current = kept(await store.lock(unit, user.id))
  const changes = !current.mobileVerifiedAt
    ? { mobile, pending_mobile: null }
    : { pending_mobile: mobile === current.mobile ? null : mobile }
  return changed(unit, await store.update(unit, user.id, changes))
}

/**
 * Send a code to the number that a person has claimed.
 * Throws `MobileNotSet`, `AlreadyVerified`, `SmsOptedOut`, and what `verification.issue` throws.
 */
export async function sendMobileCode(unit: Unit, user: User, channel: 'sms' | 'voice'): Promise<void> {
  const destination = claimedNumber(user)
  if (channel === 'sms' && (await isOptedOut(unit, destination))) throw SmsOptedOut()
  await issue(unit, { purpose: 'mobile', subject: user.id, channel, destination })
}

/**
 * Prove a claimed number with its code: it is theirs now and nobody else's claim.
 * Throws `MobileNotSet`, `AlreadyVerified`, `MobileTaken` when another account proved it first, and what
 * `verification.check` throws.
 */
export async function verifyMobile(unit: Unit, user: User, code: string): Promise<User> {
  const current = kept(await store.lock(unit, user.id))
  const mobile = claimedNumber(current)
  const challenge = await check(unit, 'mobile', { subject: user.id }, code)
  // The number may have been changed since the code went out.
  if (challenge.destination !== mobile) throw ChallengeNotFound()
  const holder = await store.findByVerifiedMobile(unit, mobile)
  if (holder && holder.id !== user.id) throw MobileTaken()
  const updated = await store
    .update(unit, user.id, { mobile, mobile_verified_at: unit.now, pending_mobile: null })
    .catch(mobileTakenMeanwhile)
  await announceMobile(unit, kept(updated), mobile)
  return changed(unit, updated)
}

/** The country whose national number format this person is used to. */
export function countryFor(user: User): string | null {
  return countryOf(user.mobile)
}

async function announceMobile(unit: Unit, user: User, mobile: string): Promise<void> {
  for (const id of await store.releaseClaims(unit, mobile, user.id)) {
    noteChange(unit, id)
  }
  await queue(unit, { phone: mobile, body: WELCOME, purpose: 'welcome' })
  unit.emit(MobileVerified, { user_id: user.id, mobile }, [`user:${user.id}`])
}

/** The number that waits for its proof. */
function claimedNumber(user: User): string {
  if (user.pendingMobile !== null) return user.pendingMobile
  if (user.mobile === null) throw MobileNotSet()
  if (user.mobileVerifiedAt) throw AlreadyVerified()
  return user.mobile
}

function mobileTakenMeanwhile(error: unknown): never {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === '23505') throw MobileTaken()
  throw error
}

/** Tell of a person's changes; gives the person back. */
export function changed(unit: Unit, user: User | null): User {
  const present = kept(user)
  noteChange(unit, present.id)
  return present
}

/** A person who was there a moment ago. Throws `Unauthorized` when they have left since. */
export function kept(user: User | null): User {
  if (!user) throw Unauthorized()
  return user
}

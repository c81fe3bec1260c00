import {
  byVerifiedEmail,
  byVerifiedMobile,
  hold,
  type User,
  byId as userById,
  byIds as usersByIds,
} from '#domain/accounts'
import * as allowance from '#domain/allowance'
import { get as contactById } from '#domain/contacts'
import { assertReachable } from '#domain/destinations'
import * as tags from '#domain/tags'
import { isOptedOut, withdrawText } from '#domain/texts'
import { secondsAfter, secondsUntil } from '#kit/clock'
import { RateLimited, ValidationFailed } from '#kit/fault'
import { newId } from '#kit/id'
import type { Page, PageRequest } from '#kit/page'
import { fingerprint, newToken } from '#kit/secret'
import { brokenRule, type Unit, type View } from '#kit/unit'
import { dispatch, release } from './delivery.ts'
import { InviteChanged } from './events.ts'
import {
  AlreadyAccepted,
  AlreadyFollowing,
  AlreadyInvited,
  AlreadyMember,
  InviteClosed,
  InviteNotFound,
  InviteUnknown,
  RecipientOptedOut,
} from './faults.ts'
import {
  type Address,
  CLOSED,
  type Invite,
  type InviteDetail,
  type InviteFilter,
  PACE,
  RANK,
  RULES,
  SEAL,
  type WantedInvite,
} from './model.ts'
import * as store from './store.ts'
import { end } from './upkeep.ts'

/**
 * Invite somebody, to Kadoink or to follow a tag of one's own. An address gets one invite in 30 days at most, whoever
 * sends it.
 * Throws `ContactNotFound`, `KtagNotFound`, `NotKtagOwner`, `PlanLimitReached`, `AlreadyMember`, `AlreadyFollowing`,
 * `RecipientOptedOut`, `AlreadyInvited`, `CountryNotSupported`, `NumberNotSupported`, `ValidationFailed`, `RateLimited`.
 */
export async function send(unit: Unit, inviter: User, wanted: WantedInvite): Promise<InviteDetail> {
  const { to, contactName, field } = await addressOf(unit, inviter, wanted)
  await hold(unit, inviter.id)
  await assertNotTooMany(unit, inviter)
  if (wanted.ktagId !== null) await assertOwnKtag(unit, inviter, wanted.ktagId)
  assertNotOwn(unit, inviter, to, field)
  const id = newId()
  if (to.channel === 'sms') await allowance.spend(unit, inviter, { key: id, recipients: 1 })
  await assertWelcome(unit, inviter, to, wanted.ktagId)
  for (const ended of await store.lockEnded(unit, inviter.id, to.address)) await end(unit, ended)
  const free = await store.takeAddress(unit, to.address, secondsAfter(unit.now, -RULES.liveSeconds))
  if (!free) throw AlreadyInvited()

  const code = newToken().slice(0, RULES.codeLength)
  const { message, ktagId } = wanted
  await store
    .insert(unit, {
      ...to,
      id,
      inviterId: inviter.id,
      name: wanted.name ?? contactName,
      message,
      ktagId,
      codeHash: fingerprint(code),
      codeSealed: unit.site.keys.seal(SEAL, code),
      expiresAt: secondsAfter(unit.now, RULES.liveSeconds),
    })
    .catch(openAlready)
  unit.emit(InviteChanged, { invite_id: id, inviter_id: inviter.id, change: 'created' }, [`user:${inviter.id}`])
  await dispatch(unit, await detail(unit, await present(unit, id)))
  return detail(unit, await present(unit, id))
}

/**
 * Take an invite back: its link is dead, and what has not been handed over yet is not sent. One that is over already
 * stays so. Throws `InviteNotFound`, `AlreadyAccepted`.
 */
export async function revoke(unit: Unit, inviter: User, id: string): Promise<void> {
  const found = await store.lockSent(unit, inviter.id, id)
  if (!found) throw InviteNotFound()
  const { invite, textId } = found
  if (invite.state === 'accepted') throw AlreadyAccepted()
  if (RANK[invite.state] >= CLOSED) return
  await store.advance(unit, id, { state: 'revoked' })
  const isUnsent = invite.state === 'pending' || (textId !== null && (await withdrawText(unit, textId)))
  if (isUnsent) await release(unit, invite)
  unit.emit(InviteChanged, { invite_id: id, inviter_id: inviter.id, change: 'revoked' }, [`user:${inviter.id}`])
}

/** What a person has sent, or what came to addresses that are proved to be theirs; newest first. */
export async function list(
  view: View,
  reader: User,
  filter: InviteFilter,
  request: PageRequest,
): Promise<Page<InviteDetail>> {
  const page =
    filter.direction === 'sent'
      ? await store.listSent(view, reader.id, filter.state, request)
      : await store.listReceived(
          view,
          { addresses: provenAddresses(reader), blocked: reader.settings.blocked },
          filter.state,
          request,
        )
  return { ...page, items: await details(view, page.items) }
}

/** An invite that a person has sent, by its number. Throws `InviteNotFound`. */
export async function numbered(view: View, inviter: User, number: number): Promise<InviteDetail> {
  const invite = await store.findNumbered(view, inviter.id, number)
  if (!invite) throw InviteNotFound({ message: `You have no invite ${number}.` })
  return detail(view, invite)
}

/** One invite with what it is about; null when it is gone. */
export async function find(view: View, id: string): Promise<InviteDetail | null> {
  const invite = await store.find(view, id)
  return invite && detail(view, invite)
}

/**
 * The open invite behind a link. Throws `InviteUnknown`, and `InviteClosed` for one that is over, however that came
 * about.
 */
export async function byCode(view: View, code: string): Promise<InviteDetail> {
  const invite = await store.findByCode(view, fingerprint(code))
  if (!invite) throw InviteUnknown()
  const inviter = await userById(view, invite.inviterId)
  if (!inviter || inviter.suspendedAt || !isOpen(view, invite)) throw InviteClosed()
  const shown = await detail(view, invite)
  if (invite.ktagId !== null && shown.ktag?.ownerId !== inviter.id) throw InviteClosed()
  return { ...shown, code }
}

/** The addresses that are proved to be somebody's. */
export function provenAddresses(user: User): readonly Address[] {
  const { mobile, mobileVerifiedAt, email, emailVerifiedAt } = user
  return [
    ...(mobile !== null && mobileVerifiedAt ? [{ channel: 'sms' as const, address: mobile }] : []),
    ...(email !== null && emailVerifiedAt ? [{ channel: 'email' as const, address: email.toLowerCase() }] : []),
  ]
}

/** Whether an invite can still be accepted. */
export function isOpen(view: View, invite: Invite): boolean {
  return RANK[invite.state] < CLOSED && invite.expiresAt > view.now
}

/** Invites with the people and the tags that they are about, read for all of them together. */
async function details(view: View, invites: readonly Invite[]): Promise<readonly InviteDetail[]> {
  const inviters = await usersByIds(view, [...new Set(invites.map(({ inviterId }) => inviterId))])
  const ktags = await tags.byIds(view, [...new Set(invites.flatMap(({ ktagId }) => ktagId ?? []))])
  return invites.map((invite) => {
    const inviter = inviters.get(invite.inviterId)
    if (!inviter) throw new Error(`Invite ${invite.id} has no sender.`)
    const code = view.site.keys.open(SEAL, invite.codeSealed)
    return { invite, inviter, ktag: ktags.get(invite.ktagId ?? '') ?? null, code }
  })
}

async function detail(view: View, invite: Invite): Promise<InviteDetail> {
  const [one] = await details(view, [invite])
  return one as InviteDetail
}

/** Where an invite is to go, what its sender calls whoever is there, and which field of the request said so. */
async function addressOf(
  view: View,
  inviter: User,
  { invited }: WantedInvite,
): Promise<{ readonly to: Address; readonly contactName: string | null; readonly field: string }> {
  if ('email' in invited) return { to: mailbox(invited.email), contactName: null, field: 'email' }
  if ('mobile' in invited) {
    assertReachable(view, invited.mobile, 'mobile')
    return { to: { channel: 'sms', address: invited.mobile }, contactName: null, field: 'mobile' }
  }
  const field = 'contact_id'
  const { name, mobile, email } = await contactById(view, inviter, invited.contactId)
  if (mobile !== null) {
    assertReachable(view, mobile, field)
    return { to: { channel: 'sms', address: mobile }, contactName: name, field }
  }
  if (email !== null) return { to: mailbox(email), contactName: name, field }
  throw ValidationFailed({ fields: { [field]: 'This contact has neither a mobile number nor an email address.' } })
}

function mailbox(email: string): Address {
  return { channel: 'email', address: email.toLowerCase() }
}

/** Letters cost nobody a text, and are sent no faster for that. The inviter is held. Throws `RateLimited`. */
async function assertNotTooMany(unit: Unit, inviter: User): Promise<void> {
  for (const { most, seconds } of PACE) {
    const sent = await store.sentSince(unit, inviter.id, secondsAfter(unit.now, -seconds))
    const last = sent[most - 1]
    if (!last) continue
    throw RateLimited({
      message: `You have sent ${sent.length} invites. Wait a moment and try again.`,
      retryAfterSeconds: secondsUntil(unit.now, secondsAfter(last, seconds)),
    })
  }
}

async function assertOwnKtag(unit: Unit, inviter: User, ktagId: string): Promise<void> {
  const { isOwner } = await tags.get(unit, inviter, ktagId)
  if (!isOwner) throw tags.NotKtagOwner()
  if (!(await tags.keep(unit, { id: ktagId }))) throw tags.KtagNotFound()
}

function assertNotOwn(view: View, { mobile, email }: User, { address }: Address, field: string): void {
  if (address === mobile || address === email?.toLowerCase()) {
    throw ValidationFailed({ fields: { [field]: 'This address is your own.' } })
  }
  if (view.site.numbers.includes(address)) throw ValidationFailed({ fields: { [field]: 'This number is ours.' } })
}

/** A member who has blocked the sender looks like an address that wants no invites. */
async function assertWelcome(view: View, inviter: User, to: Address, ktagId: string | null): Promise<void> {
  const find = to.channel === 'sms' ? byVerifiedMobile : byVerifiedEmail
  const member = await find(view, to.address)
  if (member && ktagId === null) throw AlreadyMember()
  if (member && ktagId !== null && (await tags.isFollowing(view, member, ktagId))) throw AlreadyFollowing()
  const isDeaf = to.channel === 'sms' ? await isOptedOut(view, to.address) : await store.isRefused(view, to.address)
  if (isDeaf || member?.settings.blocked.includes(inviter.id)) throw RecipientOptedOut()
}

async function present(view: View, id: string): Promise<Invite> {
  const invite = await store.find(view, id)
  if (!invite) throw new Error('An invite is gone in the middle of its unit.')
  return invite
}

/** Whoever slips past the address meets the index: one open invite for each sender and address. */
function openAlready(error: unknown): never {
  if (brokenRule(error) === 'invites_one_open_per_sender_and_address') throw AlreadyInvited()
  throw error
}

import { byVerifiedMobile, type User } from '#domain/accounts'
import { PlanLimitReached } from '#domain/billing'
import { type Contact, get as getContact, nameOf } from '#domain/contacts'
import { assertReachable, reachableAmong } from '#domain/destinations'
import { positionOf } from '#domain/grid'
import { assertWithinBudget } from '#domain/spending'
import * as turns from '#domain/turns'
import { secondsAfter } from '#kit/clock'
import { newId } from '#kit/id'
import { newDigits } from '#kit/secret'
import type { Unit } from '#kit/unit'
import { announceParticipant, announceTo } from './announce.ts'
import { inCalledGroup } from './called-group.ts'
import { type Behind, behindKtag, type Follower, type Room, takeTurns } from './callees.ts'
import { ParticipantDropped } from './events.ts'
import { AlreadyInCall, CallTooLarge, NothingToDial } from './faults.ts'
import { takeLegs } from './leg-budget.ts'
import { assertMinutes } from './minutes.ts'
import { type Call, type CalledGroup, type Callee, isOver, type Participant, RANK, RULES } from './model.ts'
import * as participantStore from './participants-store.ts'
import { lockHosted } from './policy.ts'
import { invite } from './queueing.ts'
import { isLeftAlone } from './quiet.ts'
import { settle } from './settle.ts'
import * as store from './store.ts'

/** Somebody to be called, found and named. */
export interface Dialable {
  readonly phone: string
  readonly name: string | null
  readonly contactId: string | null
  /** The tag by which they are called. */
  readonly ktagId?: string | null
  /** The cell of the host's grid that shows how they stand, when the whole grid is called. */
  readonly gridPosition?: number | null
}

/**
 * Add somebody to the call that a person hosts; when the call has begun, they are rung as soon as it is their turn. An
 * own tag adds as many of those who follow it as there is room for, and gives the first of them.
 * Throws `CallNotFound`, `NotCallHost`, `AlreadyInCall`, what `resolve`, `assertSeats`, `assertMinutes` and `takeLegs`
 * throw, and `LinesBusy`.
 */
export async function add(unit: Unit, host: User, callee: Callee): Promise<Participant> {
  const call = await lockHosted(unit, host)
  const present = (await participantStore.listParticipants(unit, call.id)).filter(({ status }) => !isOver(status))
  const room = { seats: call.maxParticipants - present.length, present: new Set(present.map(({ phone }) => phone)) }
  const dialables = await resolve(unit, host, [callee], room, () => fieldOf(callee))
  await assertSeats(unit, call, dialables.length)
  await assertMinutes(unit, host)
  await assertWithinBudget(unit)
  await takeLegs(unit, host, dialables.map(phoneOf))
  await turns.assertRoom(unit, dialables.length)
  const reachable = await reachableAmong(unit, dialables.map(phoneOf))
  const added: Participant[] = []
  for (const dialable of dialables) {
    const isInGrid = call.kind === 'grid' && dialable.contactId !== null
    const gridPosition = isInGrid ? await positionOf(unit, host, dialable.contactId) : null
    added.push(await insertGuest(unit, call, { ...dialable, gridPosition }, reachable))
  }
  const [first] = added
  if (!first) throw NothingToDial({ fields: { [fieldOf(callee)]: 'There is nobody left to call.' } })
  return first
}

/**
 * Turn what a host named into numbers: each once, the host's own left out. Followers of an own tag come last, as many
 * as there is room for. Refusals are about the field that `fieldAt` names.
 * Throws `ContactNotFound`, `GroupNotFound`, `KtagNotFound`, `CallNotAllowed`, `NothingToDial`, `CountryNotSupported`,
 * `NumberNotSupported`.
 */
export async function resolve(
  unit: Unit,
  host: User,
  callees: readonly (Callee | CalledGroup)[],
  { seats, present }: Room,
  fieldAt: (index: number) => string = (index) => `to.${index}`,
): Promise<readonly Dialable[]> {
  const { found, followers } = await behindAll(unit, host, callees, fieldAt)
  const taken = new Set([...present, ...found.keys()])
  return [...found.values(), ...(await takeTurns(unit, followers, { seats: seats - found.size, present: taken }))]
}

/** How many people `resolve` would give for so many seats; nobody's turn is used up. Throws what it throws. */
export async function countBehind(
  unit: Unit,
  host: User,
  callees: readonly (Callee | CalledGroup)[],
  seats: number,
): Promise<number> {
  const { found, followers } = await behindAll(unit, host, callees, (index) => `to.${index}`)
  const phones = new Set([...found.keys(), ...followers.map(phoneOf)])
  return Math.max(found.size, Math.min(phones.size, seats))
}

/** Refuse when so many more people do not fit. The call must be locked. Throws `CallTooLarge`, `PlanLimitReached`. */
export async function assertSeats(unit: Unit, call: Call, more: number): Promise<void> {
  const present = (await participantStore.listParticipants(unit, call.id)).filter(
    (participant) => !isOver(participant.status),
  )
  const people = present.length + more
  if (people > RULES.mostOnCall) throw CallTooLarge()
  if (people > call.maxParticipants) {
    throw PlanLimitReached({ message: `Your plan allows ${call.maxParticipants} people on a call.` })
  }
}

/**
 * Put a guest on a locked call. Whoever has refused this host's calls, or has blocked them, is declined without a ring, and whose number is
 * not among the reachable ones has failed before anybody tried.
 */
export async function insertGuest(
  unit: Unit,
  call: Call,
  guest: Dialable,
  reachable: ReadonlySet<string>,
): Promise<Participant> {
  const { phone, name, contactId, ktagId = null, gridPosition = null } = guest
  const user = await byVerifiedMobile(unit, phone)
  const beginning = beginningOf(await isLeftAlone(unit, call.hostId, phone), reachable.has(phone))
  const participant = await participantStore.insertParticipant(unit, {
    id: newId(),
    callId: call.id,
    role: 'guest',
    contactId,
    userId: user?.id ?? null,
    ktagId,
    occupiesUserId: null,
    name: name ?? user?.name ?? null,
    phone,
    direction: 'outbound',
    ...beginning,
    legSecret: newDigits(9),
    gridPosition,
  })
  if (!participant) throw AlreadyInCall()
  await announceParticipant(unit, participant)
  if (call.status === 'in_progress' && beginning.status === 'queued') await invite(unit, call, [participant])
  return participant
}

/** The number of somebody who is to be called. */
export function phoneOf({ phone }: Dialable): string {
  return phone
}

function beginningOf(isRefused: boolean, isReachable: boolean): Pick<Participant, 'status' | 'reason'> {
  if (isRefused) return { status: 'declined', reason: 'refused' }
  return isReachable ? { status: 'queued', reason: null } : { status: 'failed', reason: 'not_reachable' }
}

/** Have the leg of a participant hung up who is over: this attempt's, whatever comes after it. */
export function hangUp(unit: Unit, { callId, id, attempt, carrierCallId }: Participant): void {
  const leg = { attempt, carrier_call_id: carrierCallId }
  unit.emit(ParticipantDropped, { call_id: callId, participant_id: id, ...leg }, [])
}

/**
 * The dialer asks whether a participant whose turn has come is still to be rung; they count as being dialled from here
 * on. Asked again after a carrier that was busy, the answer is yes as long as the turn stands and no leg is known. The
 * turn of an earlier attempt does not stand: it was void when that attempt came to its end.
 */
export async function claimDial(unit: Unit, participantId: string, turnId: string): Promise<boolean> {
  const seen = await participantStore.findParticipant(unit, participantId)
  const call = seen ? await store.lockCall(unit, seen.callId) : null
  if (!call || call.endedAt || !(await turns.take(unit, turnId))) return false
  const moved = await participantStore.advance(unit, participantId, 'dialing', { dialed_at: unit.now })
  if (moved) {
    if (moved.role === 'guest') await announceTo(unit, call, moved)
    await announceParticipant(unit, moved)
  }
  const participant = moved ?? (await participantStore.findParticipant(unit, participantId))
  return participant?.status === 'dialing' && participant.carrierCallId === null
}

/** The carrier never heard of the order to ring: have it given again, in turn, while the participant still waits. */
export async function redial(unit: Unit, participantId: string, attempt?: number): Promise<void> {
  const participant = await participantStore.findParticipant(unit, participantId)
  const call = participant ? await store.findCall(unit, participant.callId) : null
  if (!call || participant?.status !== 'dialing' || participant.carrierCallId !== null) return
  if (attempt !== undefined && participant.attempt !== attempt) return
  await participantStore.countDialFrom(unit, participantId, unit.now)
  await invite(unit, call, [participant])
}

/** What the carrier said to an order to ring. */
export interface DialAnswer {
  readonly carrierId: string
  /** For how many milliseconds the carrier queues it itself. */
  readonly queuedMs?: number
}

/**
 * The carrier took the order to ring in an attempt, the current one unless another is named, and named the leg. One that
 * nobody waits for any more is hung up.
 */
export async function dialAccepted(
  unit: Unit,
  participantId: string,
  { carrierId, queuedMs = 0 }: DialAnswer,
  attempt?: number,
): Promise<void> {
  const seen = await participantStore.findParticipant(unit, participantId)
  if (!seen) return
  const ordered = attempt ?? seen.attempt
  await participantStore.nameLeg(unit, participantId, ordered, carrierId)
  if (queuedMs > 0 && ordered === seen.attempt) {
    await participantStore.countDialFrom(unit, participantId, secondsAfter(unit.now, queuedMs / 1000))
  }
  const participant = await participantStore.findParticipant(unit, participantId)
  if (!participant || (participant.attempt === ordered && !isOver(participant.status))) return
  hangUp(unit, { ...participant, attempt: ordered, carrierCallId: carrierId })
}

/** The carrier will not ring this number in this attempt. */
export async function dialFailed(unit: Unit, participantId: string, reason: string, attempt?: number): Promise<void> {
  const participant = await participantStore.findParticipant(unit, participantId)
  const call = participant ? await store.lockCall(unit, participant.callId) : null
  if (!(await isCurrent(unit, participantId, attempt))) return
  const moved = await participantStore.advance(unit, participantId, 'failed', { reason })
  if (!call || !moved) return
  await announceParticipant(unit, moved)
  await settle(unit, call, moved)
}

/** Those of a call who wait to be rung. */
export function queuedGuests(participants: readonly Participant[]): readonly Participant[] {
  return participants.filter(({ role, status }) => role === 'guest' && RANK[status] === RANK.queued)
}

/** Everybody whom a host named, each number once and their own left out, and followers of their tags. */
async function behindAll(
  unit: Unit,
  host: User,
  callees: readonly (Callee | CalledGroup)[],
  fieldAt: (index: number) => string,
): Promise<{ readonly found: ReadonlyMap<string, Dialable>; readonly followers: readonly Follower[] }> {
  const found = new Map<string, Dialable>()
  const followers: Follower[] = []
  for (const [index, callee] of callees.entries()) {
    const behind = await behindCallee(unit, host, callee, fieldAt(index))
    followers.push(...behind.followers)
    for (const dialable of behind.people) {
      if (dialable.phone !== host.mobile && !found.has(dialable.phone)) found.set(dialable.phone, dialable)
    }
  }
  return { found, followers }
}

async function behindCallee(unit: Unit, host: User, callee: Callee | CalledGroup, field: string): Promise<Behind> {
  if ('ktag' in callee) return behindKtag(unit, host, callee.ktag, field)
  if ('groupId' in callee) return { people: await inCalledGroup(unit, host, callee.groupId, field), followers: [] }
  const person =
    'contactId' in callee
      ? fromContact(await getContact(unit, host, callee.contactId), field)
      : await fromNumber(unit, host, callee)
  assertReachable(unit, person.phone, field)
  return { people: [person], followers: [] }
}

/** Whether an attempt is the one that counts, read under the call's lock. */
async function isCurrent(unit: Unit, participantId: string, attempt: number | undefined): Promise<boolean> {
  return attempt === undefined || (await participantStore.findParticipant(unit, participantId))?.attempt === attempt
}

function fromContact(contact: Contact, field: string): Dialable {
  if (contact.mobile === null) throw NothingToDial({ fields: { [field]: `${contact.name} has no mobile number.` } })
  return { phone: contact.mobile, name: contact.name, contactId: contact.id }
}

async function fromNumber(unit: Unit, host: User, callee: { mobile: string; name?: string }): Promise<Dialable> {
  const contact = await nameOf(unit, host.id, callee.mobile)
  const name = callee.name ?? contact?.name ?? null
  return { phone: callee.mobile, name, contactId: contact?.id ?? null }
}

/** The request's field that names somebody. */
function fieldOf(callee: Callee): string {
  if ('ktag' in callee) return 'ktag'
  return 'contactId' in callee ? 'contact_id' : 'mobile'
}

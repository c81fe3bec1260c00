import { hold, type User, byId as userById } from '#domain/accounts'
import { limitsOf } from '#domain/billing'
import { CountryNotSupported, reachableAmong } from '#domain/destinations'
import { assertWithinBudget } from '#domain/spending'
import { byId as ktagById, primaryOf } from '#domain/tags'
import * as turns from '#domain/turns'
import { newId } from '#kit/id'
import { newDigits } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { announceCall, announceParticipant } from './announce.ts'
import { CallChanged, CallStarted } from './events.ts'
import { CallInProgress, CallNotFound, NothingToDial } from './faults.ts'
import { turnAway } from './joining.ts'
import { takeLegs } from './leg-budget.ts'
import { assertMinutes } from './minutes.ts'
import { type Call, type CallDetail, type CallTerms, isOver, type Privacy, RULES, type WantedCall } from './model.ts'
import { assertSeats, countBehind, type Dialable, hangUp, insertGuest, phoneOf, resolve } from './participants.ts'
import * as participantStore from './participants-store.ts'
import { freePin, openWithPin } from './pins.ts'
import { lockActive, lockHosted } from './policy.ts'
import { invite } from './queueing.ts'
import { finish, settle } from './settle.ts'
import { conceal, show } from './showing.ts'
import * as store from './store.ts'

/**
 * Open a conference and have the host's own phone rung; the guests are rung when the host has pressed 1.
 * Nobody is dialled until the unit commits.
 * Throws what `resolve` and `open` throw, and `NothingToDial`.
 */
export async function start(unit: Unit, host: User, wanted: WantedCall): Promise<CallDetail> {
  const room = { seats: limitsOf(host).maxCallParticipants - 1, present: new Set<string>() }
  const guests = await resolve(unit, host, wanted.callees, room)
  if (guests.length === 0) throw NothingToDial({ fields: { to: 'There is nobody to call but yourself.' } })
  return open(unit, host, termsOf(wanted, guests), guests)
}

/** How many people `start` would have rung. Throws what `resolve` throws. */
export async function countCallees(unit: Unit, host: User, callees: WantedCall['callees']): Promise<number> {
  return countBehind(unit, host, callees, limitsOf(host).maxCallParticipants - 1)
}

/**
 * Open a conference of a kind with these guests, as `start` does. Throws `CallInProgress`, what `assertMinutes`,
 * `assertSeats`, `takeLegs` and `assertWithinBudget` throw, `CountryNotSupported`, and `LinesBusy`.
 */
export async function open(unit: Unit, host: User, terms: CallTerms, guests: readonly Dialable[]): Promise<CallDetail> {
  if (host.mobile === null || host.mobileVerifiedAt === null)
    throw new Error('A host without a verified mobile passed the gate.')
  // Nobody leaves for good while they begin a call.
  await hold(unit, host.id)
  await assertWithinBudget(unit)
  const reachable = await reachableAmong(unit, [host.mobile, ...guests.map(phoneOf)])
  if (!reachable.delete(host.mobile)) throw CountryNotSupported({ message: 'Your own phone cannot be called now.' })
  if (reachable.size === 0) throw CountryNotSupported({ fields: { to: 'None of them can be reached.' } })
  await assertMinutes(unit, host)
  const call = await record(unit, host, terms)
  const leg = await participantStore.insertParticipant(unit, {
    id: newId(),
    callId: call.id,
    role: 'host',
    contactId: null,
    userId: host.id,
    occupiesUserId: host.id,
    name: host.name,
    phone: host.mobile,
    direction: 'outbound',
    status: 'queued',
    legSecret: newDigits(9),
  })
  if (!leg) throw CallInProgress()
  await assertSeats(unit, call, guests.length)
  await takeLegs(unit, host, [host.mobile, ...guests.map(({ phone }) => phone)])
  await turns.assertRoom(unit, 1 + guests.length)
  await announceCall(unit, CallStarted, call)
  await announceParticipant(unit, leg)
  await invite(unit, call, [leg])
  for (const guest of guests) await insertGuest(unit, call, guest, reachable)
  return byId(unit, call.id)
}

/** Refuse while a person is on a call. Throws `CallInProgress`. */
export async function assertIdle(view: View, user: User): Promise<void> {
  if (await participantStore.isOccupied(view, user.id)) throw CallInProgress()
}

/** The call a person hosts, is on, or is being called into. Throws `CallNotFound`. */
export async function active(view: View, user: User): Promise<CallDetail> {
  const found = await findActive(view, user)
  if (!found) throw CallNotFound()
  return found
}

/** The call of which `active` tells; null when there is none. */
export async function findActive(view: View, user: User): Promise<CallDetail | null> {
  const id = await store.findActiveId(view, user.id)
  return id === null ? null : byId(view, id)
}

/** A call with everyone on it. Throws `CallNotFound`. */
export async function byId(view: View, id: string): Promise<CallDetail> {
  const call = await store.findCall(view, id)
  const host = call ? await userById(view, call.hostId) : null
  if (!call || !host) throw CallNotFound()
  return {
    call,
    host,
    hostKtag: await primaryOf(view, host.id),
    ktag: call.ktagId === null ? null : await ktagById(view, call.ktagId),
    participants: await participantStore.listParticipants(view, id),
    queueSeconds: await turns.waits(view, id),
  }
}

/** The host ends the call for all; a guest only leaves it. Throws `CallNotFound`. */
export async function end(unit: Unit, user: User): Promise<void> {
  const call = await lockActive(unit, user)
  if (call.hostId === user.id) return finish(unit, call, 'ended_by_host')
  const own = (await participantStore.listParticipants(unit, call.id)).find(
    (participant) => participant.userId === user.id && !isOver(participant.status),
  )
  if (!own) throw CallNotFound()
  const moved = await participantStore.advance(unit, own.id, own.status === 'joined' ? 'left' : 'declined')
  if (!moved) throw CallNotFound()
  await announceParticipant(unit, moved)
  hangUp(unit, moved)
  await settle(unit, call, moved)
}

/** Open the call to followers, or close it again; those inside stay, those who wait to come in do not. Throws `CallNotFound`, `NotCallHost`. */
export async function setPrivacy(unit: Unit, user: User, privacy: Privacy): Promise<CallDetail> {
  const call = await lockHosted(unit, user)
  if (call.privacy !== privacy) {
    if (privacy === 'open') await openWithPin(unit, call.id)
    const changes = privacy === 'open' ? { privacy } : { privacy, pin: null }
    const changed = await store.updateCall(unit, call.id, changes)
    await announceCall(unit, CallChanged, changed)
    await (privacy === 'open' ? show : conceal)(unit, changed)
    if (privacy === 'private') await turnAway(unit, changed)
  }
  return byId(unit, call.id)
}

/** Write a call down; a PIN that another open call has just taken is drawn again. Throws `CallInProgress`. */
async function record(unit: Unit, host: User, terms: CallTerms): Promise<Call> {
  for (;;) {
    const pin = terms.privacy === 'open' ? await freePin(unit) : null
    const call = await store.openCall(unit, { ...newCall(unit, host, terms), pin })
    if (call) return call
    if (pin === null || (await store.isHosting(unit, host.id))) throw CallInProgress()
  }
}

/**
 * A call with a group in it is the group's, beside whom else it rings; of several groups it is no single one's. It is a
 * tag's when nothing but that tag was named.
 */
function termsOf({ callees, title, privacy }: WantedCall, guests: readonly Dialable[]): CallTerms {
  const groupIds = new Set(callees.flatMap((callee) => ('groupId' in callee ? callee.groupId : [])))
  const [groupId = null] = groupIds
  const [callee, ...others] = callees
  const ktagId = callee && 'ktag' in callee && others.length === 0 ? (guests[0]?.ktagId ?? null) : null
  const kind = groupId !== null ? 'group' : ktagId !== null ? 'ktag' : 'direct'
  return { kind, groupId: groupIds.size === 1 ? groupId : null, ktagId, title, privacy }
}

function newCall(unit: Unit, host: User, terms: CallTerms): Call {
  const limits = limitsOf(host)
  return {
    id: newId(),
    hostId: host.id,
    kind: terms.kind,
    groupId: terms.groupId,
    ktagId: terms.ktagId,
    status: 'dialing',
    privacy: terms.privacy,
    title: terms.title,
    pin: null,
    maxParticipants: Math.min(limits.maxCallParticipants, RULES.mostOnCall),
    maxSeconds: limits.callMaxMinutes * 60,
    muteOnJoin: false,
    createdAt: unit.now,
    startedAt: null,
    endsBy: null,
    endedAt: null,
    endReason: null,
  }
}

import { hold, type User, byId as userById } from '#domain/accounts'
import { assertReachable } from '#domain/destinations'
import { assertWithinBudget } from '#domain/spending'
import type { SeenKtag } from '#domain/tags'
import { assertRoom } from '#domain/turns'
import { newId } from '#kit/id'
import { newDigits } from '#kit/secret'
import type { Unit } from '#kit/unit'
import { announceParticipant } from './announce.ts'
import { beginAttempt, latestByPhone } from './attempts-store.ts'
import { AlreadyInCall, CallInProgress, CallNotAllowed, NoOpenCall } from './faults.ts'
import { takeLegs } from './leg-budget.ts'
import { liveOn } from './live.ts'
import { assertMinutes } from './minutes.ts'
import { type Call, isOver, type Participant } from './model.ts'
import { assertSeats, hangUp } from './participants.ts'
import * as participantStore from './participants-store.ts'
import { mayTryPin, wrongPin } from './pins.ts'
import { invite } from './queueing.ts'
import { ringAgain } from './redial.ts'
import { settle } from './settle.ts'
import * as store from './store.ts'

/**
 * Ring somebody into the call that a tag's owner has opened to those who follow it. Throws `NoOpenCall`,
 * `CallNotAllowed` for those who do not follow the tag, and what `ringIn` throws.
 */
export async function ringInByTag(unit: Unit, guest: User, { ktag, isOwner, follow }: SeenKtag): Promise<Participant> {
  const live = await liveOn(unit, ktag)
  if (!live) throw NoOpenCall({ message: `There is no open call on *${ktag.name}.` })
  if (!isOwner && follow === null) {
    throw CallNotAllowed({
      message: `Only those who follow *${ktag.name} can join. FOLLOW ${ktag.name.toUpperCase()} first.`,
    })
  }
  return ringIn(unit, guest, live.call.id)
}

/**
 * Ring somebody into the open call that has a PIN, as if they had dialled it. A wrong PIN costs a try, of as many as a
 * phone has. Throws `NoOpenCall`, and what `ringIn` throws.
 */
export async function ringInByPin(unit: Unit, guest: User, pin: string): Promise<Participant> {
  const phone = mobileOf(guest)
  if (!(await mayTryPin(unit, phone, pin))) throw NoOpenCall({ message: 'No open call has this PIN.' })
  const callId = await store.findOpenByPin(unit, pin)
  if (callId === null) {
    await wrongPin(unit, phone, pin)
    throw NoOpenCall({ message: 'No open call has this PIN.' })
  }
  return ringIn(unit, guest, callId)
}

/** A locked call has been closed: whoever is being rung because they asked to come in does not come any more. */
export async function turnAway(unit: Unit, call: Call): Promise<void> {
  for (const { id } of await participantStore.listComing(unit, call.id)) {
    const moved = await participantStore.advance(unit, id, 'no_answer', { reason: 'closed' })
    if (!moved) continue
    await announceParticipant(unit, moved)
    hangUp(unit, moved)
    await settle(unit, call, moved)
  }
}

/**
 * Ring somebody into an open call because they asked for it: they are a guest like others, have taken their one seat
 * from here on, and are asked to press 1. The ring counts among those that they have had rung; the minutes are the
 * host's. A host who has left their open call is rung back into it.
 * Throws `NoOpenCall` when it is over or closed by now, `AlreadyInCall`, `CallInProgress`, `CallNotAllowed` for those
 * whom the host has put out or blocked, what `assertSeats`, `assertMinutes` and `takeLegs` throw, and `LinesBusy`.
 */
async function ringIn(unit: Unit, guest: User, callId: string): Promise<Participant> {
  const phone = mobileOf(guest)
  await hold(unit, guest.id)
  const call = await store.lockCall(unit, callId)
  const host = call && (await userById(unit, call.hostId))
  if (!host || call.status !== 'in_progress' || call.privacy !== 'open') throw NoOpenCall()
  const before = await latestByPhone(unit, call.id, phone)
  if (before && !isOver(before.status)) throw AlreadyInCall({ message: 'You are on this call already.' })
  if (host.id === guest.id) return ringBack(unit, host, call)
  if (before?.isRemoved || host.settings.blocked.includes(guest.id)) throw CallNotAllowed()
  if (await participantStore.isOccupied(unit, guest.id)) throw CallInProgress()
  await assertSeats(unit, call, 1)
  assertReachable(unit, phone, 'text')
  await assertMinutes(unit, host)
  await assertWithinBudget(unit)
  await takeLegs(unit, guest, [phone])
  await assertRoom(unit, 1)
  const participant =
    before?.userId === guest.id ? await comeBack(unit, before) : await insert(unit, call, guest, phone)
  await announceParticipant(unit, participant)
  await invite(unit, call, [participant])
  return participant
}

async function ringBack(unit: Unit, host: User, call: Call): Promise<Participant> {
  const [own] = await participantStore.listParticipants(unit, call.id)
  if (own?.role !== 'host') throw NoOpenCall()
  return ringAgain(unit, host, own.id)
}

async function comeBack(unit: Unit, before: Participant): Promise<Participant> {
  const again = await beginAttempt(unit, before, {
    direction: 'outbound',
    status: 'queued',
    legSecret: newDigits(9),
    carrierCallId: null,
    occupiesUserId: before.userId,
  })
  if (again === 'live') throw AlreadyInCall({ message: 'You are on this call already.' })
  if (again === 'elsewhere') throw CallInProgress()
  return again
}

async function insert(unit: Unit, call: Call, guest: User, phone: string): Promise<Participant> {
  const participant = await participantStore.insertParticipant(unit, {
    id: newId(),
    callId: call.id,
    role: 'guest',
    contactId: null,
    userId: guest.id,
    isInvited: false,
    occupiesUserId: guest.id,
    name: guest.name,
    phone,
    direction: 'outbound',
    status: 'queued',
    legSecret: newDigits(9),
  })
  if (!participant) throw CallInProgress()
  return participant
}

/** Whoever may have commands run has a verified mobile. */
function mobileOf({ mobile, mobileVerifiedAt }: User): string {
  if (mobile === null || mobileVerifiedAt === null)
    throw new Error('A guest without a verified mobile passed the gate.')
  return mobile
}

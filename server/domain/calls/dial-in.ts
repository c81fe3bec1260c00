import { byVerifiedMobile, type User, byId as userById } from '#domain/accounts'
import { Fault } from '#kit/fault'
import { newId } from '#kit/id'
import { newDigits } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { announceTo } from './announce.ts'
import { beginAttempt, callsLeftBy, latestByPhone } from './attempts-store.ts'
import { entryOf, join, type RoomEntry } from './join.ts'
import { type Call, isOver, legName, type Participant } from './model.ts'
import * as participantStore from './participants-store.ts'
import { mayTryPin } from './pins.ts'
import { ringBack } from './redial.ts'
import * as store from './store.ts'

/** Somebody who has dialled us. */
export interface DialledIn {
  /** E.164. */
  readonly phone: string
  readonly carrierCallId: string
  /** The network vouches for it that the number is theirs; else it may be made up. */
  readonly isVouchedFor: boolean
}

/** How somebody who has dialled us is let into a room. */
export interface LetIn extends RoomEntry {
  readonly leg: string
}

/** A call that somebody has left and may go back to. */
export interface CallLeft {
  readonly callId: string
  /** Whose call it is; null when it is the caller's own. */
  readonly hostName: string | null
}

/** What comes of wanting to go back to a call. */
export type WentBack =
  | ({ readonly kind: 'join' } & LetIn)
  | { readonly kind: 'rung_back' | 'not_now' | 'full' | 'elsewhere' | 'over' }

/**
 * Somebody dials in with the PIN of an open call: they join it like a guest. Null when no open call has this PIN, when
 * it is full, when the host has put them out or blocked them, when they are on it or on another call already, and when
 * too many PINs were tried.
 * Asked again for the same leg, it answers the same.
 */
export async function dialIn(unit: Unit, caller: DialledIn & { readonly pin: string }): Promise<LetIn | null> {
  if (!(await mayTryPin(unit, caller.phone, caller.pin))) return null
  const id = await store.findOpenByPin(unit, caller.pin)
  const call = id ? await store.lockCall(unit, id) : null
  if (call?.status !== 'in_progress' || call.privacy !== 'open') return null
  const before = await latestByPhone(unit, call.id, caller.phone)
  if (before && isIn(before, caller)) return { leg: legName(before), ...entryOf(unit, call, before) }
  if (before?.isRemoved || (before && !isOver(before.status)) || (await isFull(unit, call))) return null
  const user = await byVerifiedMobile(unit, caller.phone)
  if (await isBlocked(unit, call, before?.userId ?? user?.id)) return null
  const participant = before ? await comeBack(unit, before, caller) : await insertCaller(unit, call, user, caller)
  if (participant === null || typeof participant === 'string') return null
  return letIn(unit, call, participant)
}

/** The call that somebody with this phone has left, and that goes on without them; not one they were put out of. */
export async function callLeftBy(view: View, phone: string): Promise<CallLeft | null> {
  for (const callId of await callsLeftBy(view, phone)) {
    const last = await latestByPhone(view, callId, phone)
    const call = last && (await store.findCall(view, callId))
    if (!call || !(await mayComeBack(view, call, last))) continue
    const host = last.role === 'guest' ? await userById(view, call.hostId) : null
    return { callId, hostName: host?.name ?? null }
  }
  return null
}

/**
 * Somebody goes back to a call that they have left, from the same phone: the same participant on a new leg. Whoever the
 * network does not vouch for is rung at that number instead: a number that is shown can be made up, a phone that is rung
 * cannot. `not_now` when that cannot be; `over` when the call does not go on, or they may not; `elsewhere` when they are
 * on another one. Asked again for the same leg, it answers the same.
 */
export async function goBack(unit: Unit, caller: DialledIn, callId: string): Promise<WentBack> {
  const call = await store.lockCall(unit, callId)
  const last = call && (await latestByPhone(unit, call.id, caller.phone))
  if (!last || call.endedAt || call.status !== 'in_progress') return { kind: 'over' }
  if (isIn(last, caller)) return { kind: 'join', leg: legName(last), ...entryOf(unit, call, last) }
  if (!isOver(last.status)) return { kind: caller.isVouchedFor || last.status === 'joined' ? 'elsewhere' : 'rung_back' }
  if (!(await mayComeBack(unit, call, last))) return { kind: 'over' }
  if (await isFull(unit, call)) return { kind: 'full' }
  if (!caller.isVouchedFor) return { kind: await rungBack(unit, call, last) }
  const participant = await comeBack(unit, last, caller)
  if (typeof participant === 'string') return { kind: 'elsewhere' }
  const entry = await letIn(unit, call, participant)
  return entry ? { kind: 'join', ...entry } : { kind: 'elsewhere' }
}

/**
 * Whether somebody who was on a call may come back by themselves: nobody whom the host has put out or blocked, and to a
 * private call only those whom the host has called.
 */
async function mayComeBack(view: View, call: Call, last: Participant): Promise<boolean> {
  if (last.status !== 'left' || last.isRemoved || (call.privacy === 'private' && !last.isInvited)) return false
  return !(await isBlocked(view, call, last.userId))
}

async function isBlocked(view: View, { hostId }: Call, userId: string | null | undefined): Promise<boolean> {
  const host = await userById(view, hostId)
  return typeof userId === 'string' && host?.settings.blocked.includes(userId) === true
}

async function rungBack(unit: Unit, call: Call, last: Participant): Promise<'rung_back' | 'not_now'> {
  try {
    await ringBack(unit, call, last)
    return 'rung_back'
  } catch (error) {
    if (error instanceof Fault) return 'not_now'
    throw error
  }
}

async function letIn(unit: Unit, call: Call, participant: Participant): Promise<LetIn | null> {
  await announceTo(unit, call, participant)
  const joined = await join(unit, call, participant)
  return joined && { leg: legName(participant), ...joined }
}

/** Whether this very leg is in the room: the carrier asks again when our answer was lost. */
function isIn({ status, carrierCallId }: Participant, caller: DialledIn): boolean {
  return status === 'joined' && carrierCallId === caller.carrierCallId
}

async function isFull(unit: Unit, call: Call): Promise<boolean> {
  const present = (await participantStore.listParticipants(unit, call.id)).filter(({ status }) => !isOver(status))
  return present.length >= call.maxParticipants
}

async function comeBack(unit: Unit, before: Participant, caller: DialledIn) {
  return beginAttempt(unit, before, {
    direction: 'inbound',
    status: 'screening',
    legSecret: newDigits(9),
    carrierCallId: caller.carrierCallId,
    occupiesUserId: before.userId,
  })
}

async function insertCaller(
  unit: Unit,
  call: Call,
  user: User | null,
  { phone, carrierCallId }: DialledIn,
): Promise<Participant | null> {
  const participant = await participantStore.insertParticipant(unit, {
    id: newId(),
    callId: call.id,
    role: 'guest',
    contactId: null,
    userId: user?.id ?? null,
    isInvited: false,
    occupiesUserId: user?.id ?? null,
    name: user?.name ?? null,
    phone,
    direction: 'inbound',
    status: 'screening',
    legSecret: newDigits(9),
  })
  if (participant) await participantStore.nameLeg(unit, participant.id, participant.attempt, carrierCallId)
  return participant
}

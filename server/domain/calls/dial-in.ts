import { byVerifiedMobile, byId as userById } from '#domain/accounts'
import { newId } from '#kit/id'
import { newDigits } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { announceTo } from './announce.ts'
import { beginAttempt, callsLeftBy, latestByPhone } from './attempts-store.ts'
import { entryOf, join, type RoomEntry } from './join.ts'
import { type Call, isOver, legName, type Participant } from './model.ts'
import * as participantStore from './participants-store.ts'
import { mayTryPin } from './pins.ts'
import * as store from './store.ts'

/** Somebody who has dialled us. */
export interface DialledIn {
  /** E.164. */
  readonly phone: string
  readonly carrierCallId: string
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
export type WentBack = ({ readonly kind: 'join' } & LetIn) | { readonly kind: 'full' | 'elsewhere' | 'over' }

/**
 * Somebody dials in with the PIN of an open call: they join it like a guest. Null when no open call has this PIN, when
 * it is full, when they were put out of it, or are on it or on another call already, and when too many PINs were tried.
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
  const participant = before ? await comeBack(unit, before, caller) : await insertCaller(unit, call, caller)
  if (participant === null || typeof participant === 'string') return null
  return letIn(unit, call, participant)
}

/** The call that somebody with this phone has left, and that goes on without them; not one they were put out of. */
export async function callLeftBy(view: View, phone: string): Promise<CallLeft | null> {
  for (const callId of await callsLeftBy(view, phone)) {
    const last = await latestByPhone(view, callId, phone)
    if (last?.status !== 'left' || last.isRemoved) continue
    const call = await store.findCall(view, callId)
    const host = call && last.role === 'guest' ? await userById(view, call.hostId) : null
    return { callId, hostName: host?.name ?? null }
  }
  return null
}

/**
 * Somebody goes back to a call that they have left, from the same phone: the same participant on a new leg. `over` when
 * it does not go on, or they may not; `elsewhere` when they are on another call. Asked again for the same leg, it
 * answers the same.
 */
export async function goBack(unit: Unit, caller: DialledIn, callId: string): Promise<WentBack> {
  const call = await store.lockCall(unit, callId)
  const last = call && (await latestByPhone(unit, call.id, caller.phone))
  if (!last || call.endedAt || call.status !== 'in_progress') return { kind: 'over' }
  if (isIn(last, caller)) return { kind: 'join', leg: legName(last), ...entryOf(unit, call, last) }
  if (!isOver(last.status)) return { kind: 'elsewhere' }
  if (last.status !== 'left' || last.isRemoved) return { kind: 'over' }
  if (await isFull(unit, call)) return { kind: 'full' }
  const participant = await comeBack(unit, last, caller)
  if (typeof participant === 'string') return { kind: 'elsewhere' }
  const entry = await letIn(unit, call, participant)
  return entry ? { kind: 'join', ...entry } : { kind: 'elsewhere' }
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

async function insertCaller(unit: Unit, call: Call, { phone, carrierCallId }: DialledIn): Promise<Participant | null> {
  const user = await byVerifiedMobile(unit, phone)
  const participant = await participantStore.insertParticipant(unit, {
    id: newId(),
    callId: call.id,
    role: 'guest',
    contactId: null,
    userId: user?.id ?? null,
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

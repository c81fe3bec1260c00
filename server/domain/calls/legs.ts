import { byVerifiedMobile, byId as userById } from '#domain/accounts'
import { secondsAfter } from '#kit/clock'
import { newId } from '#kit/id'
import { newDigits, sameSecret } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { announceCall, announceParticipant, announceTo } from './announce.ts'
import { CallChanged, ParticipantDropped } from './events.ts'
import { type Call, isOver, type Participant, type ParticipantStatus, RULES } from './model.ts'
import { invite, queuedGuests } from './participants.ts'
import { settle } from './settle.ts'
import * as store from './store.ts'

/** A leg as the carrier names it to us: who it belongs to, and how to ring it. */
export interface Leg {
  /** Opaque, with a secret part, `[A-Za-z0-9_-]`: comes back in every webhook address of this leg. */
  readonly name: string
  readonly callId: string
  readonly participantId: string
  readonly phone: string
  readonly ringSeconds: number
  readonly maxSeconds: number
  readonly carrierCallId: string | null
}

/** What the carrier says of a leg. */
export interface LegProgress {
  readonly step: 'initiated' | 'ringing' | 'answered' | 'busy' | 'no_answer' | 'failed' | 'canceled' | 'completed'
  readonly carrierCallId: string
  readonly sipCode: number | null
}

/** What to say to a person who has answered. */
export type Prompt =
  | { readonly kind: 'host' }
  | { readonly kind: 'guest'; readonly hostName: string }
  | { readonly kind: 'gone' }

/** What a person's key press leads to. */
export type Pressed =
  | { readonly kind: 'join'; readonly room: string }
  | { readonly kind: 'again' | 'declined' | 'elsewhere' | 'gone' }

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The leg of a participant, for those who give the carrier orders. */
export async function legOf(view: View, participantId: string): Promise<Leg | null> {
  const participant = await store.findParticipant(view, participantId)
  const call = participant ? await store.findCall(view, participant.callId) : null
  return call && participant ? toLeg(call, participant) : null
}

/** Whether the carrier's call of this id is known to be somebody's leg. */
export async function isLeg(view: View, carrierCallId: string): Promise<boolean> {
  return (await store.findByCarrierCall(view, carrierCallId)) !== null
}

/** All legs of a call. */
export async function legsOf(view: View, callId: string): Promise<readonly Leg[]> {
  const call = await store.findCall(view, callId)
  return call ? (await store.listParticipants(view, callId)).map((participant) => toLeg(call, participant)) : []
}

/** Legs that the carrier knows and that are not over by all that we have heard. */
export async function liveLegs(view: View): Promise<readonly Leg[]> {
  const legs = (await store.liveLegs(view)).map(async (participant) => {
    const call = await store.findCall(view, participant.callId)
    return call ? [toLeg(call, participant)] : []
  })
  return (await Promise.all(legs)).flat()
}

/** The carrier's room of a call. */
export function roomOf(callId: string): string {
  return `call_${callId}`
}

/** The carrier reports how far a leg has come; late and repeated reports change nothing. */
export async function progress(unit: Unit, legName: string, report: LegProgress): Promise<void> {
  const found = await lockLeg(unit, legName)
  if (!found) return
  await store.nameLeg(unit, found.participant.id, report.carrierCallId)
  const status = statusAfter(found.participant, report)
  const sip = report.sipCode === null ? {} : { sip_code: report.sipCode }
  const reason = status === 'no_answer' && found.participant.status === 'screening' ? { reason: 'not_accepted' } : {}
  const answeredAt = status === 'screening' ? { answered_at: unit.now } : {}
  const moved = await store.advance(unit, found.participant.id, status, { ...sip, ...reason, ...answeredAt })
  if (!moved) return
  await announceParticipant(unit, moved)
  await settle(unit, found.call, moved)
}

/** A person has picked up: what to ask them. Asked again, it answers the same. */
export async function answered(unit: Unit, legName: string, carrierCallId: string): Promise<Prompt> {
  await progress(unit, legName, { step: 'answered', carrierCallId, sipCode: null })
  const found = await lockLeg(unit, legName)
  if (!found || found.call.endedAt || isOver(found.participant.status)) return { kind: 'gone' }
  if (found.participant.role === 'host') return { kind: 'host' }
  const host = await userById(unit, found.call.hostId)
  return { kind: 'guest', hostName: host?.name ?? 'Somebody' }
}

/**
 * A person has pressed a key at the question whether they want to join: 1 joins, 2 refuses this caller for good.
 * The host's 1 begins the call: from here the guests are rung.
 */
export async function pressed(unit: Unit, legName: string, digits: string): Promise<Pressed> {
  const found = await lockLeg(unit, legName)
  if (!found || found.call.endedAt || isOver(found.participant.status)) return { kind: 'gone' }
  const { call, participant } = found
  if (participant.status === 'joined') return { kind: 'join', room: roomOf(call.id) }
  if (digits === '1') return join(unit, call, participant)
  if (digits !== '2' || participant.role === 'host') return { kind: 'again' }
  await store.recordRefusal(unit, call.hostId, participant.phone)
  const moved = await store.advance(unit, participant.id, 'declined')
  if (moved) await announceParticipant(unit, moved)
  return { kind: 'declined' }
}

/** Somebody has gone out of the room. */
export async function roomLeft(unit: Unit, legName: string): Promise<void> {
  const found = await lockLeg(unit, legName)
  if (found?.participant.status !== 'joined') return
  const moved = await store.advance(unit, found.participant.id, 'left')
  if (!moved) return
  await announceParticipant(unit, moved)
  await settle(unit, found.call, moved)
}

/** Somebody was muted or unmuted. `sequence` orders such reports of one room: older ones change nothing. */
export async function roomMuted(unit: Unit, legName: string, muted: boolean, sequence: number): Promise<void> {
  const found = await lockLeg(unit, legName)
  if (found?.participant.status !== 'joined') return
  const changed = await store.setMuted(unit, found.participant.id, muted, sequence)
  if (changed) await announceParticipant(unit, changed)
}

/**
 * Somebody dials in with the PIN of an open call: they join it like a guest. Null when no open call has this PIN, when
 * it is full, or when they are on it or on another call already.
 */
export async function dialIn(
  unit: Unit,
  caller: { readonly pin: string; readonly phone: string; readonly carrierCallId: string },
): Promise<{ readonly leg: string; readonly room: string } | null> {
  const id = await store.findOpenByPin(unit, caller.pin)
  const call = id ? await store.lockCall(unit, id) : null
  if (call?.status !== 'in_progress' || call.privacy !== 'open') return null
  const present = (await store.listParticipants(unit, call.id)).filter(({ status }) => !isOver(status))
  if (present.length >= call.maxParticipants) return null
  const user = await byVerifiedMobile(unit, caller.phone)
  const participant = await store.insertParticipant(unit, {
    id: newId(),
    callId: call.id,
    role: 'guest',
    contactId: null,
    userId: user?.id ?? null,
    occupiesUserId: user?.id ?? null,
    name: user?.name ?? null,
    phone: caller.phone,
    direction: 'inbound',
    status: 'screening',
    legSecret: newDigits(9),
  })
  if (!participant) return null
  await store.nameLeg(unit, participant.id, caller.carrierCallId)
  await announceTo(unit, call, participant)
  const joined = await join(unit, call, participant)
  return joined.kind === 'join' ? { leg: toLeg(call, participant).name, room: joined.room } : null
}

/** Give up a leg of which nothing more has been heard. */
export async function giveUp(unit: Unit, participant: Participant): Promise<void> {
  const call = await store.lockCall(unit, participant.callId)
  const moved = await store.advance(unit, participant.id, 'no_answer', { reason: 'no_word' })
  if (!call || !moved) return
  await announceParticipant(unit, moved)
  unit.emit(ParticipantDropped, { call_id: call.id, participant_id: participant.id }, [])
  await settle(unit, call, moved)
}

async function join(unit: Unit, call: Call, participant: Participant): Promise<Pressed> {
  const moved = await store.takeSeat(unit, participant)
  if (!moved) return { kind: 'elsewhere' }
  await announceParticipant(unit, moved)
  if (participant.role === 'host') await begin(unit, call)
  return { kind: 'join', room: roomOf(call.id) }
}

async function begin(unit: Unit, call: Call): Promise<void> {
  const started = await store.updateCall(unit, call.id, {
    status: 'in_progress',
    started_at: unit.now,
    ends_by: secondsAfter(unit.now, call.maxSeconds),
  })
  await announceCall(unit, CallChanged, started)
  for (const guest of queuedGuests(await store.listParticipants(unit, call.id))) invite(unit, guest)
}

async function lockLeg(unit: Unit, legName: string): Promise<{ call: Call; participant: Participant } | null> {
  const [id = '', secret = ''] = legName.split('_')
  if (!UUID.test(id)) return null
  const seen = await store.findParticipant(unit, id)
  if (!seen || !sameSecret(seen.legSecret, secret)) return null
  const call = await store.lockCall(unit, seen.callId)
  // Read again under the lock: it may have moved while we waited.
  const participant = await store.findParticipant(unit, id)
  return call && participant ? { call, participant } : null
}

function statusAfter(participant: Participant, { step }: LegProgress): ParticipantStatus {
  switch (step) {
    case 'initiated':
      return 'dialing'
    case 'ringing':
      return 'ringing'
    case 'answered':
      return 'screening'
    case 'busy':
      return 'busy'
    case 'failed':
      return 'failed'
    case 'no_answer':
    case 'canceled':
      return 'no_answer'
    case 'completed':
      return participant.status === 'joined' ? 'left' : 'no_answer'
  }
}

function toLeg(call: Call, participant: Participant): Leg {
  return {
    name: `${participant.id}_${participant.legSecret}`,
    callId: call.id,
    participantId: participant.id,
    phone: participant.phone,
    ringSeconds: participant.role === 'host' ? RULES.hostRingSeconds : RULES.guestRingSeconds,
    // A little more than the call itself, so that the carrier's limit never cuts a goodbye.
    maxSeconds: call.maxSeconds + 60,
    carrierCallId: participant.carrierCallId,
  }
}

import { byId as userById } from '#domain/accounts'
import { type Ktag, byId as ktagById } from '#domain/tags'
import type { Unit, View } from '#kit/unit'
import { announceParticipant } from './announce.ts'
import { entryOf, join, type RoomEntry } from './join.ts'
import { lockLeg } from './leg-lock.ts'
import { isAtMailbox } from './mailbox.ts'
import { type Call, CUT_AFTER_SECONDS, isOver, legName, type Participant, RULES } from './model.ts'
import { hangUp } from './participants.ts'
import * as participantStore from './participants-store.ts'
import { pickedUp } from './progress.ts'
import * as refusals from './refusals-store.ts'
import { settle } from './settle.ts'
import * as store from './store.ts'

/** A leg as the carrier names it to us: who it belongs to, and how to ring it. */
export interface Leg {
  /** Opaque, with a secret part, `[A-Za-z0-9_-]`: comes back in every webhook address of this leg. */
  readonly name: string
  readonly callId: string
  readonly participantId: string
  readonly attempt: number
  readonly phone: string
  readonly ringSeconds: number
  readonly maxSeconds: number
  readonly carrierCallId: string | null
  /** It goes on although its call is over: whoever is on it speaks after the tone. */
  readonly isAtMailbox: boolean
}

/** What to say to a person who has answered. */
export type Prompt =
  | { readonly kind: 'host'; readonly isBack: boolean }
  | { readonly kind: 'guest'; readonly hostName: string; readonly ktag: Ktag | null }
  | { readonly kind: 'gone' }

/** What a person's key press leads to. */
export type Pressed =
  | ({ readonly kind: 'join' } & RoomEntry)
  | { readonly kind: 'again' | 'declined' | 'elsewhere' | 'gone' }

/** The leg of a participant, for those who give the carrier orders. */
export async function legOf(view: View, participantId: string): Promise<Leg | null> {
  const participant = await participantStore.findParticipant(view, participantId)
  const call = participant ? await store.findCall(view, participant.callId) : null
  return call && participant ? toLeg(call, participant) : null
}

/** Whether the carrier's call of this id is known to be somebody's leg. */
export async function isLeg(view: View, carrierCallId: string): Promise<boolean> {
  return (await participantStore.findByCarrierCall(view, carrierCallId)) !== null
}

/** All legs of a call. */
export async function legsOf(view: View, callId: string): Promise<readonly Leg[]> {
  const call = await store.findCall(view, callId)
  return call
    ? (await participantStore.listParticipants(view, callId)).map((participant) => toLeg(call, participant))
    : []
}

/** A person has picked up: what to ask them. Asked again, it answers the same. */
export async function answered(unit: Unit, legName: string, carrierCallId: string): Promise<Prompt> {
  const found = await lockLeg(unit, legName)
  if (!found) return { kind: 'gone' }
  const participant = await pickedUp(unit, found, carrierCallId)
  if (found.call.endedAt || isOver(participant.status)) return { kind: 'gone' }
  if (participant.role === 'host') return { kind: 'host', isBack: found.call.startedAt !== null }
  const host = await userById(unit, found.call.hostId)
  const { ktagId } = found.participant
  const ktag = ktagId === null ? null : await ktagById(unit, ktagId)
  return { kind: 'guest', hostName: host?.name ?? 'Somebody', ktag }
}

/**
 * A person has pressed a key at the question whether they want to join: 1 joins, 2 refuses this caller for good.
 * The host's 1 begins the call: from here the guests are rung.
 */
export async function pressed(unit: Unit, legName: string, digits: string): Promise<Pressed> {
  const found = await lockLeg(unit, legName)
  if (!found || found.call.endedAt || isOver(found.participant.status)) return { kind: 'gone' }
  const { call, participant } = found
  if (participant.status === 'joined') return { kind: 'join', ...entryOf(unit, call, participant) }
  if (digits === '1') {
    const entry = await join(unit, call, participant)
    return entry ? { kind: 'join', ...entry } : { kind: 'elsewhere' }
  }
  if (digits !== '2' || participant.role === 'host') return { kind: 'again' }
  await refusals.recordRefusal(unit, call.hostId, participant.phone)
  const moved = await participantStore.advance(unit, participant.id, 'declined', { reason: 'refused' })
  if (moved) await announceParticipant(unit, moved)
  return { kind: 'declined' }
}

/** Somebody has gone out of the room. */
export async function roomLeft(unit: Unit, legName: string): Promise<void> {
  const found = await lockLeg(unit, legName)
  if (found?.participant.status !== 'joined') return
  const moved = await participantStore.advance(unit, found.participant.id, 'left')
  if (!moved) return
  await announceParticipant(unit, moved, found.channels)
  await settle(unit, found.call, moved)
}

/**
 * Whose mailbox a person is at who has come out of their room, and from which number they called; null when they are
 * just out.
 */
export async function mailboxOf(
  unit: Unit,
  legName: string,
): Promise<{ readonly ktagId: string; readonly phone: string } | null> {
  const found = await lockLeg(unit, legName)
  if (!found || found.call.ktagId === null || !isAtMailbox(found.call, found.participant)) return null
  return { ktagId: found.call.ktagId, phone: found.participant.phone }
}

/** Give up a leg of which nothing more has been heard. */
export async function giveUp(unit: Unit, participant: Participant): Promise<void> {
  const call = await store.lockCall(unit, participant.callId)
  if ((await participantStore.findParticipant(unit, participant.id))?.attempt !== participant.attempt) return
  const moved = await participantStore.advance(unit, participant.id, 'no_answer', { reason: 'no_word' })
  if (!call || !moved) return
  await announceParticipant(unit, moved)
  hangUp(unit, moved)
  await settle(unit, call, moved)
}

function toLeg(call: Call, participant: Participant): Leg {
  return {
    name: legName(participant),
    callId: call.id,
    participantId: participant.id,
    attempt: participant.attempt,
    phone: participant.phone,
    ringSeconds: participant.role === 'host' ? RULES.hostRingSeconds : RULES.guestRingSeconds,
    maxSeconds: call.maxSeconds + CUT_AFTER_SECONDS,
    carrierCallId: participant.carrierCallId,
    isAtMailbox: isAtMailbox(call, participant),
  }
}

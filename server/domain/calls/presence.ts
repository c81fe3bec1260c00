import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { announceParticipant } from './announce.ts'
import * as controls from './controls-store.ts'
import { isAtMailbox as isHostAtMailbox } from './mailbox.ts'
import { legName, type Participant } from './model.ts'
import { hangUp } from './participants.ts'
import * as participantStore from './participants-store.ts'
import * as legStore from './presence-store.ts'
import { settle } from './settle.ts'
import * as store from './store.ts'

/**
 * What the carrier says of legs and rooms when it is asked, held against what we have heard. Its lists lag behind: who
 * has just joined may not be in them yet, and who is missing once may only have been overlooked.
 */
const LAG_SECONDS = 20
const MISSING_SECONDS = 30

/** A leg that the carrier has named. */
export interface KnownLeg {
  /** Our name for it, as in `Leg`. */
  readonly name: string
  readonly carrierCallId: string
  /** When it was over; null while it is not, by all that we have heard. */
  readonly leftAt: Date | null
  /** It goes on although its call is over: whoever is on it speaks after the tone. */
  readonly isAtMailbox: boolean
}

/** Somebody who counts as joined, as we saw them before the carrier was asked. */
export interface SeenJoined {
  readonly participantId: string
  readonly callId: string
  readonly attempt: number
  readonly carrierCallId: string
  readonly muted: boolean
  readonly onHold: boolean
  readonly isMissed: boolean
  /** Whether the carrier has yet to do what it was told of them. */
  readonly isOrdered: boolean
  /** Changes with everything that is heard or ordered about them. */
  readonly version: string
}

/** Somebody whom the carrier has in a room. */
export interface PresentMember {
  readonly carrierCallId: string
  readonly muted: boolean
  readonly onHold: boolean
}

/** Legs that the carrier has named and that are not over by all that we have heard. */
export async function liveLegs(view: View): Promise<readonly KnownLeg[]> {
  return (await legStore.liveLegs(view)).map(toKnownLeg)
}

/** Those of the carrier's calls that are, or were, somebody's leg. */
export async function legsAmong(view: View, carrierCallIds: readonly string[]): Promise<readonly KnownLeg[]> {
  return carrierCallIds.length === 0 ? [] : (await legStore.legsAmong(view, carrierCallIds)).map(toKnownLeg)
}

/** Who has counted as joined for long enough for the carrier's lists to show them, on one open call or on all. */
export async function joinedLegs(view: View, callId?: string): Promise<readonly SeenJoined[]> {
  const rows = await legStore.joined(view, secondsAfter(view.now, -LAG_SECONDS), callId)
  return rows.map(toSeen)
}

/** Those of some calls that have been over for so many seconds. */
export async function endedAmong(view: View, callIds: readonly string[], seconds: number): Promise<readonly string[]> {
  return callIds.length === 0 ? [] : legStore.endedAmong(view, callIds, seconds)
}

/** Whether what the carrier has in a room is other than what was seen of it here. */
export function differs(seen: readonly SeenJoined[], members: readonly PresentMember[]): boolean {
  return seen.some((one) => {
    const member = memberOf(one, members)
    return !member || one.isMissed || isOtherwise(one, member)
  })
}

/**
 * The carrier says who is in the room of a call. Whoever counts as joined and is not there, in two looks half a minute
 * apart, has left; their leg is hung up. Muting and holding that was not reported is made good. What has been heard or
 * ordered since `seen` counts more. Gives how much was corrected.
 */
export async function confirmRoom(
  unit: Unit,
  callId: string,
  seen: readonly SeenJoined[],
  members: readonly PresentMember[],
): Promise<number> {
  const call = await store.lockCall(unit, callId)
  if (!call || call.endedAt) return 0
  let corrected = 0
  for (const one of seen) {
    const row = await legStore.findJoined(unit, one.participantId, one.attempt)
    const member = memberOf(one, members)
    const participant = row && (await (member ? confirmMember(unit, one, toSeen(row), member) : miss(unit, one)))
    if (!participant) continue
    corrected++
    await announceParticipant(unit, participant)
    await settle(unit, call, participant)
  }
  return corrected
}

async function confirmMember(
  unit: Unit,
  seen: SeenJoined,
  now: SeenJoined,
  { muted, onHold }: PresentMember,
): Promise<Participant | null> {
  if (now.isMissed) await legStore.notePresent(unit, now.participantId)
  if (now.version !== seen.version || !isOtherwise(now, { muted, onHold })) return null
  const { mutedByHost } = (await participantStore.findParticipant(unit, now.participantId)) ?? { mutedByHost: false }
  return controls.setControl(unit, now.participantId, { muted, onHold, mutedByHost: mutedByHost && muted }, false)
}

async function miss(unit: Unit, { participantId }: SeenJoined): Promise<Participant | null> {
  const since = await legStore.noteMissing(unit, participantId)
  if (since > secondsAfter(unit.now, -MISSING_SECONDS)) return null
  const moved = await participantStore.advance(unit, participantId, 'left')
  if (moved) hangUp(unit, moved)
  return moved
}

function isOtherwise(seen: SeenJoined, member: Pick<PresentMember, 'muted' | 'onHold'>): boolean {
  return !seen.isOrdered && (seen.muted !== member.muted || seen.onHold !== member.onHold)
}

function memberOf(seen: SeenJoined, members: readonly PresentMember[]): PresentMember | undefined {
  return members.find(({ carrierCallId }) => carrierCallId === seen.carrierCallId)
}

function toKnownLeg(row: legStore.LegRow): KnownLeg {
  const name = legName({ id: row.id, legSecret: row.leg_secret })
  const isAtMailbox = isHostAtMailbox({ endReason: row.end_reason }, row)
  return { name, carrierCallId: row.carrier_call_id, leftAt: row.left_at, isAtMailbox }
}

function toSeen(row: legStore.JoinedRow): SeenJoined {
  return {
    participantId: row.id,
    callId: row.call_id,
    attempt: row.attempt,
    carrierCallId: row.carrier_call_id,
    muted: row.muted,
    onHold: row.on_hold,
    isMissed: row.missed_at !== null,
    isOrdered: row.control_done < row.control_no,
    version: `${row.muted_sequence} ${row.hold_sequence} ${row.control_no} ${row.control_done}`,
  }
}

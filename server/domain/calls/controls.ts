import type { User } from '#domain/accounts'
import type { Database, Unit, View } from '#kit/unit'
import { announceCall, announceParticipant } from './announce.ts'
import { byId } from './calls.ts'
import * as controls from './controls-store.ts'
import { CallChanged, ParticipantControlled, RoomHaunted } from './events.ts'
import { MutedByHost, NotCallHost, ParticipantNotJoined } from './faults.ts'
import { lockLeg } from './leg-lock.ts'
import { type Call, type CallDetail, legName, type Participant, RULES, roomOf } from './model.ts'
import * as participantStore from './participants-store.ts'
import { lockActive, lockHosted, participantOf } from './policy.ts'
import * as store from './store.ts'

/** What somebody wants of a participant; what is left out stays as it is. */
export interface WantedControl {
  readonly muted?: boolean | undefined
  readonly onHold?: boolean | undefined
}

/** What the carrier is to make of a leg in its room. */
export interface Control {
  readonly participantId: string
  readonly attempt: number
  readonly no: number
  readonly room: string
  readonly leg: string
  readonly muted: boolean
  readonly onHold: boolean
}

/** What the carrier says of somebody in a room. */
export interface RoomReport {
  readonly muted?: boolean
  readonly onHold?: boolean
  /** Orders the reports of one room. */
  readonly sequence: number
  /** The carrier's own time of what it reports; null when it gave none. */
  readonly at: Date | null
}

/**
 * Mute somebody or put them on hold. The host may with everybody; others may mute and unmute themselves, but not undo
 * what the host has muted. It counts at once; the carrier is told when the unit commits.
 * Throws `CallNotFound`, `ParticipantNotFound`, `NotCallHost`, `MutedByHost`, `ParticipantNotJoined`.
 */
export async function control(
  unit: Unit,
  user: User,
  participantId: string,
  wanted: WantedControl,
): Promise<Participant> {
  const call = await lockActive(unit, user)
  const participant = await participantOf(unit, call, participantId)
  const isHost = call.hostId === user.id
  if (!isHost) {
    if (participant.userId !== user.id || wanted.onHold !== undefined) throw NotCallHost()
    if (wanted.muted === false && participant.mutedByHost) throw MutedByHost()
  }
  if (participant.status !== 'joined') throw ParticipantNotJoined()
  return set(unit, participant, wanted, isHost && participant.userId !== user.id)
}

/**
 * Mute everybody but the host, or let those speak again whom the host has muted; `onJoin` decides, from here on, over
 * guests who join later. Throws `CallNotFound`, `NotCallHost`.
 */
export async function muteOthers(
  unit: Unit,
  host: User,
  wanted: { readonly muted: boolean; readonly onJoin?: boolean | undefined },
): Promise<CallDetail> {
  const call = await lockHosted(unit, host)
  if (wanted.onJoin !== undefined && wanted.onJoin !== call.muteOnJoin) {
    await announceCall(unit, CallChanged, await store.updateCall(unit, call.id, { mute_on_join: wanted.onJoin }))
  }
  for (const participant of await participantStore.listParticipants(unit, call.id)) {
    const isMeant = participant.role === 'guest' && participant.status === 'joined'
    // Who muted themselves decide themselves when they speak again.
    if (isMeant && (wanted.muted || participant.mutedByHost)) {
      await set(unit, participant, { muted: wanted.muted }, true)
    }
  }
  return byId(unit, call.id)
}

/** What the carrier is still to be told of somebody; null when it has done all, or they are out of the room. */
export async function controlWanted(view: View, participantId: string): Promise<Control | null> {
  const found = await controls.findControl(view, participantId)
  if (!found || found.done >= found.no || found.participant.status !== 'joined') return null
  const { id, attempt, callId, muted, onHold } = found.participant
  return {
    participantId: id,
    attempt,
    no: found.no,
    room: roomOf(callId),
    leg: legName(found.participant),
    muted,
    onHold,
  }
}

/** The carrier has done what it was told, at this time of its own. */
export async function controlled(unit: Unit, done: Control, at: Date | null): Promise<void> {
  await controls.confirmControl(unit, { ...done, at })
}

/** Have the carrier told again what it has not done: its answer was lost, or the leg was not in the room yet. */
export async function repeatControls(database: Database): Promise<void> {
  for (const id of await database.read((view) => controls.overdueControls(view, RULES.controlRepeatSeconds))) {
    await database.write(async (unit) => {
      const participant = await participantStore.findParticipant(unit, id)
      const call = participant ? await store.lockCall(unit, participant.callId) : null
      if (call && (await controlWanted(unit, id))) await order(unit, call, id)
    })
  }
}

/**
 * A leg is in its room, as the carrier has put it there: what it should be and is not is ordered again. The room of a
 * call that is over is closed once more.
 */
export async function roomJoined(unit: Unit, leg: string, report: RoomReport): Promise<void> {
  const found = await lockLeg(unit, leg)
  if (found?.call.endedAt) unit.emit(RoomHaunted, { call_id: found.call.id }, [])
  if (found?.participant.status !== 'joined') return
  const { muted, onHold } = found.participant
  const isAsWanted = (report.muted ?? muted) === muted && (report.onHold ?? onHold) === onHold
  if (!isAsWanted) await order(unit, found.call, found.participant.id)
}

/**
 * The carrier reports that somebody was muted, put on hold, or neither any more. What it says is what is, unless it
 * speaks of an earlier moment than the last word: a later report, what we have ordered since, or what it did last at our
 * order.
 */
export async function roomReported(unit: Unit, leg: string, report: RoomReport): Promise<void> {
  const found = await lockLeg(unit, leg)
  if (found?.participant.status !== 'joined') return
  const { id, muted, mutedByHost, onHold } = found.participant
  const kind = report.muted === undefined ? 'hold' : 'muted'
  if (!(await controls.noteReport(unit, id, kind, report.sequence))) return
  const next = { muted: report.muted ?? muted, onHold: report.onHold ?? onHold }
  if (next.muted === muted && next.onHold === onHold) return
  const known = await controls.findControl(unit, id)
  if (!known || known.done < known.no) return
  if (report.at && known.controlledAt && report.at <= known.controlledAt) return
  const changed = await controls.setControl(unit, id, { ...next, mutedByHost: mutedByHost && next.muted }, false)
  await announceParticipant(unit, changed)
}

async function set(unit: Unit, before: Participant, wanted: WantedControl, isByHost: boolean): Promise<Participant> {
  const muted = wanted.muted ?? before.muted
  const onHold = wanted.onHold ?? before.onHold
  const mutedByHost = muted && (before.mutedByHost || (isByHost && wanted.muted === true))
  const isOrder = muted !== before.muted || onHold !== before.onHold
  if (!isOrder && mutedByHost === before.mutedByHost) return before
  const after = await controls.setControl(unit, before.id, { muted, mutedByHost, onHold }, isOrder)
  await announceParticipant(unit, after)
  if (isOrder) tell(unit, after.callId, after.id)
  return after
}

async function order(unit: Unit, call: Call, participantId: string): Promise<void> {
  await controls.orderControl(unit, participantId)
  tell(unit, call.id, participantId)
}

function tell(unit: Unit, callId: string, participantId: string): void {
  unit.emit(ParticipantControlled, { call_id: callId, participant_id: participantId }, [])
}

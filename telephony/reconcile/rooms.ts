import * as calls from '#domain/calls'
import type { RoomMember } from '../carrier.ts'
import { reconcileLeg } from './legs.ts'
import { forEach, type ReconcileTools } from './tools.ts'

/** A room is closed when its call ends; after this long the order to do so was lost. */
const CLOSING_SECONDS = 60
const ROOM = /^call_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** The call that a room of this name belongs to; null for rooms that are none of ours. */
export function callOfRoom(room: string): string | null {
  return ROOM.exec(room)?.[1] ?? null
}

/**
 * Hold every room against what the carrier knows of it: who is in there, and muted; and close the rooms of calls that are
 * over. A room of a call that we know nothing of is left alone: the account may serve others as well.
 */
export async function reconcileRooms(tools: ReconcileTools): Promise<void> {
  const { database, carrier } = tools
  const joined = new Map<string, calls.SeenJoined[]>()
  for (const one of await database.read((view) => calls.joinedLegs(view))) {
    joined.set(one.callId, [...(joined.get(one.callId) ?? []), one])
  }
  const rooms = new Map<string, string>()
  for (const { room, carrierRoomId } of await carrier.openRooms()) {
    const callId = callOfRoom(room)
    if (callId !== null) rooms.set(callId, carrierRoomId)
  }
  await forEach(tools, [...joined], async ([callId, seen]) => {
    const carrierRoomId = rooms.get(callId)
    await compare(tools, callId, seen, carrierRoomId === undefined ? [] : await carrier.roomMembers(carrierRoomId))
  })
  await closeForgotten(tools, [...rooms.keys()])
}

/** Ask the carrier who is in one room, and how the legs stand of those who are not. */
export async function reconcileRoom(tools: ReconcileTools, callId: string, carrierRoomId: string): Promise<void> {
  const { database, carrier } = tools
  const seen = await database.read((view) => calls.joinedLegs(view, callId))
  if (seen.length === 0) return
  const members = await carrier.roomMembers(carrierRoomId)
  const present = new Set(members.map(({ carrierCallId }) => carrierCallId))
  const absent = seen.map(({ carrierCallId }) => carrierCallId).filter((id) => !present.has(id))
  const legs = await database.read((view) => calls.legsAmong(view, absent))
  await forEach(tools, legs, (leg) => reconcileLeg(tools, leg))
  await compare(tools, callId, seen, members)
}

async function compare(
  { database, onMended }: ReconcileTools,
  callId: string,
  seen: readonly calls.SeenJoined[],
  members: readonly RoomMember[],
): Promise<void> {
  if (!calls.differs(seen, members)) return
  const corrected = await database.write((unit) => calls.confirmRoom(unit, callId, seen, members))
  if (corrected > 0) onMended('participant', corrected)
}

async function closeForgotten(tools: ReconcileTools, callIds: readonly string[]): Promise<void> {
  const { database, carrier, onMended } = tools
  const over = await database.read((view) => calls.endedAmong(view, callIds, CLOSING_SECONDS))
  await forEach(tools, over, async (callId) => {
    await carrier.closeRoom(calls.roomOf(callId))
    onMended('room', 1)
  })
}

import type twilio from 'twilio'
import {
  type CallRecord,
  CarrierError,
  type CarrierRecord,
  type RecordingRecord,
  type RoomMember,
  type RoomRecord,
  type TextRecord,
  type TranscriptRecord,
} from '../carrier.ts'
import { CALL_ID, known, RECORDING_ID, ROOM_ID } from './ids.ts'

/** What Twilio remembers: its resources read and listed, in our words. */

export type Client = ReturnType<typeof twilio>

/** How many of the newest texts to a number are looked through for those that wait to be sent. */
const NEWEST_TEXTS = 50
const PAGE_SIZE = 200

/** One call; null when there is none of that id. */
export async function call(client: Client, carrierId: string): Promise<CarrierRecord | null> {
  return unlessMissing(async () => recordOf(await client.calls(known(carrierId, CALL_ID)).fetch()))
}

/** A call that waits in the queue has no start time, so no search by time finds it: it is searched for by its state. */
export async function callsTo(client: Client, to: string, since: Date): Promise<readonly CarrierRecord[]> {
  const found = await Promise.all([
    client.calls.list({ to, startTimeAfter: since }),
    client.calls.list({ to, status: 'queued' }),
  ])
  return newestFirst(since, found.flat()).map(recordOf)
}

/** A text that waits has no time of sending either, and no state to search for: the newest ones are looked through. */
export async function textsTo(client: Client, to: string, since: Date): Promise<readonly CarrierRecord[]> {
  const found = await Promise.all([
    client.messages.list({ to, dateSentAfter: since }),
    client.messages.list({ to, pageSize: NEWEST_TEXTS, limit: NEWEST_TEXTS }),
  ])
  return newestFirst(since, found.flat()).map(recordOf)
}

/** Every call since a moment, those that wait in the queue included. */
export async function callsSince(client: Client, since: Date): Promise<readonly CallRecord[]> {
  const found = await Promise.all([
    client.calls.list({ startTimeAfter: since, pageSize: PAGE_SIZE }),
    client.calls.list({ status: 'queued', pageSize: PAGE_SIZE }),
  ])
  return newestFirst(since, found.flat()).map((one) => ({ ...recordOf(one), isInbound: one.direction === 'inbound' }))
}

/** Every text since a moment. */
export async function textsSince(client: Client, since: Date): Promise<readonly TextRecord[]> {
  const found = await client.messages.list({ dateSentAfter: since, pageSize: PAGE_SIZE })
  return newestFirst(since, found).map((one) => ({
    ...recordOf(one),
    isInbound: one.direction === 'inbound',
    body: one.body,
    errorCode: one.errorCode || null,
    mediaCount: Number(one.numMedia) || 0,
  }))
}

/** Every recording since a moment. */
export async function recordingsSince(client: Client, since: Date): Promise<readonly RecordingRecord[]> {
  const found = await client.recordings.list({ dateCreatedAfter: since, pageSize: PAGE_SIZE })
  return newestFirst(since, found).map(({ sid, callSid, duration, status, dateCreated }) => ({
    recordingId: sid,
    carrierCallId: callSid || null,
    durationSeconds: Number(duration) || 0,
    isComplete: status === 'completed',
    createdAt: dateCreated,
  }))
}

/** Somebody who is alone in a room waits in state `init`, which a search for `in-progress` does not find. */
export async function openRooms(client: Client): Promise<readonly RoomRecord[]> {
  const found = await Promise.all([
    client.conferences.list({ status: 'in-progress', pageSize: PAGE_SIZE }),
    client.conferences.list({ status: 'init', pageSize: PAGE_SIZE }),
  ])
  return found
    .flat()
    .map(({ sid, friendlyName, dateCreated }) => ({ carrierRoomId: sid, room: friendlyName, createdAt: dateCreated }))
}

/** Who is in a room now. */
export async function roomMembers(client: Client, carrierRoomId: string): Promise<readonly RoomMember[]> {
  const found = await unlessMissing(() =>
    client.conferences(known(carrierRoomId, ROOM_ID)).participants.list({ pageSize: PAGE_SIZE }),
  )
  return (found ?? []).map(({ callSid, label, muted, hold }) => {
    return { carrierCallId: callSid, leg: label || null, muted, onHold: hold }
  })
}

/**
 * The ids of all open rooms of a name. The state is looked at here: a search for `in-progress` does not find a room in
 * which somebody waits alone.
 */
export async function roomsNamed(client: Client, room: string): Promise<readonly string[]> {
  const rooms = await client.conferences.list({ friendlyName: room })
  return rooms
    .filter(({ friendlyName, status }) => friendlyName === room && status !== 'completed')
    .map(({ sid }) => sid)
}

/** What a recording says. A recording that is gone, or was never to be written down, says nothing. */
export async function transcriptOf(client: Client, recordingId: string): Promise<TranscriptRecord | null> {
  const recording = client.recordings(known(recordingId, RECORDING_ID))
  const [written] = (await unlessMissing(() => recording.transcriptions.list({ limit: 1 }))) ?? []
  if (!written) return null
  const state = written.status === 'in-progress' ? 'pending' : written.status
  return { state, text: state === 'completed' ? written.transcriptionText : null }
}

/** Each once, newest first. The carrier's times are whole seconds, so `since` is as well. */
function newestFirst<One extends { readonly sid: string; readonly dateCreated: Date }>(
  since: Date,
  found: readonly One[],
): One[] {
  const from = Math.floor(since.getTime() / 1000) * 1000
  return [...new Map(found.map((one) => [one.sid, one])).values()]
    .filter(({ dateCreated }) => dateCreated.getTime() >= from)
    .sort((one, other) => other.dateCreated.getTime() - one.dateCreated.getTime())
}

/** A call or a message, as far as both look alike. */
interface Found {
  readonly sid: string
  readonly from: string
  readonly to: string
  readonly status: string
  readonly dateCreated: Date
}

function recordOf({ sid, from, to, status, dateCreated }: Found): CarrierRecord {
  return { carrierId: sid, from, to, status: status.replaceAll('-', '_'), createdAt: dateCreated }
}

async function unlessMissing<Thing>(read: () => Promise<Thing>): Promise<Thing | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof CarrierError && error.failure === 'not_found') return null
    throw error
  }
}

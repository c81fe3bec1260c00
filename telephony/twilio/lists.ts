import type twilio from 'twilio'
import {
  CarrierError,
  type CarrierRecord,
  type EndedCall,
  type ListPart,
  type RecordingRecord,
  type RoomMember,
  type RoomRecord,
  type TextNetwork,
  type TextRecord,
  type TranscriptRecord,
} from '../carrier.ts'
import { addressOn, networkOf, phoneIn } from './addresses.ts'
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

/**
 * A call that waits in the queue has no start time, so no search by time finds it: it is searched for by its state, and
 * first, so that one which starts in between is not missed by both. What a document of ours has dialled (`outbound-dial`)
 * was not ordered: it is the other end of somebody's call.
 */
export async function callsTo(client: Client, to: string, since: Date): Promise<readonly CarrierRecord[]> {
  const waiting = await client.calls.list({ to, status: 'queued' })
  const begun = await client.calls.list({ to, startTimeAfter: since })
  const ordered = [...waiting, ...begun].filter(({ direction }) => direction === 'outbound-api')
  return latestFirst(since, ordered).map(recordOf)
}

/** A text that waits has no time of sending either, and no state to search for: the newest ones are looked through. */
export async function textsTo(
  client: Client,
  phone: string,
  since: Date,
  network?: TextNetwork,
): Promise<readonly CarrierRecord[]> {
  const to = addressOn(network, phone)
  const found = await Promise.all([
    client.messages.list({ to, dateSentAfter: since }),
    client.messages.list({ to, pageSize: NEWEST_TEXTS, limit: NEWEST_TEXTS }),
  ])
  return latestFirst(since, found.flat()).map(recordOf)
}

/**
 * Calls that ended since a moment. Searched by their end: a call that began long ago and ended just now is among them.
 * A call that was cancelled before it left the queue may have no end time, and then no such search finds it.
 */
export async function callsEndedSince(client: Client, since: Date, part: ListPart = {}): Promise<readonly EndedCall[]> {
  const { until, most } = part
  const found = await client.calls.list({
    endTimeAfter: since,
    ...(until && { endTimeBefore: until }),
    ...pages(most),
  })
  const ended = found.filter(({ endTime }) => endTime)
  return latestFirst(since, ended, ({ endTime }) => endTime).map((one) => ({ ...recordOf(one), endedAt: one.endTime }))
}

/** The states of a call that is not over, in the order in which it goes through them. */
const LIVE = ['queued', 'ringing', 'in-progress'] as const

/** Calls that are not over. One list after the other, in the order of the states: a call that moves on is seen twice. */
export async function callsNow(client: Client): Promise<readonly CarrierRecord[]> {
  const found = await inTurn(LIVE, (status) => client.calls.list({ status, ...pages() }))
  return found.map(recordOf)
}

/**
 * Texts since a moment. What waits to be sent, or never was, has no time of sending and is found by no search: the newest
 * are looked through for it.
 */
export async function textsSince(client: Client, since: Date, part: ListPart = {}): Promise<readonly TextRecord[]> {
  const { until, most } = part
  const found = await client.messages.list({
    dateSentAfter: since,
    ...(until && { dateSentBefore: until }),
    ...pages(most),
  })
  const newest = until ? [] : await client.messages.list({ pageSize: NEWEST_TEXTS, limit: NEWEST_TEXTS })
  const listedAt = (one: { readonly dateSent: Date | null; readonly dateCreated: Date }) =>
    one.dateSent ?? one.dateCreated
  return latestFirst(since, [...found, ...newest], listedAt).map((one) => ({
    ...recordOf(one),
    network: networkOf(one.to),
    isInbound: one.direction === 'inbound',
    listedAt: listedAt(one),
    body: one.body,
    errorCode: one.errorCode || null,
    mediaCount: Number(one.numMedia) || 0,
  }))
}

/** Recordings since a moment. */
export async function recordingsSince(
  client: Client,
  since: Date,
  part: ListPart = {},
): Promise<readonly RecordingRecord[]> {
  const { until, most } = part
  const found = await client.recordings.list({
    dateCreatedAfter: since,
    ...(until && { dateCreatedBefore: until }),
    ...pages(most),
  })
  return latestFirst(since, found).map(({ sid, callSid, duration, status, dateCreated }) => ({
    recordingId: sid,
    carrierCallId: callSid || null,
    durationSeconds: Number(duration) || 0,
    isComplete: status === 'completed',
    createdAt: dateCreated,
  }))
}

/**
 * Rooms that are not over. Somebody who is alone in one waits in state `init`, which a search for `in-progress` does not
 * find. One list after the other, in this order: a room in which somebody else comes in meanwhile is seen twice.
 */
export async function openRooms(client: Client): Promise<readonly RoomRecord[]> {
  const found = await inTurn(['init', 'in-progress'] as const, (status) =>
    client.conferences.list({ status, ...pages() }),
  )
  return found.map(({ sid, friendlyName, dateCreated }) => {
    return { carrierRoomId: sid, room: friendlyName, createdAt: dateCreated }
  })
}

/** Who is in a room now. */
export async function roomMembers(client: Client, carrierRoomId: string): Promise<readonly RoomMember[]> {
  const found = await unlessMissing(() => client.conferences(known(carrierRoomId, ROOM_ID)).participants.list(pages()))
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

/** How a list is read: page by page to its end, or until there are so many. */
function pages(most?: number): { pageSize: number; limit?: number } {
  return most === undefined ? { pageSize: PAGE_SIZE } : { pageSize: Math.min(PAGE_SIZE, most), limit: most }
}

/** Lists read one after the other; each record once, as it was seen last. */
async function inTurn<State, One extends { readonly sid: string }>(
  states: readonly State[],
  list: (state: State) => Promise<readonly One[]>,
): Promise<readonly One[]> {
  const found = new Map<string, One>()
  for (const state of states) for (const one of await list(state)) found.set(one.sid, one)
  return [...found.values()]
}

/** Each once, the latest first. The carrier's times are whole seconds, so `since` is as well. */
function latestFirst<One extends { readonly sid: string; readonly dateCreated: Date }>(
  since: Date,
  found: readonly One[],
  at: (one: One) => Date = ({ dateCreated }) => dateCreated,
): One[] {
  const from = Math.floor(since.getTime() / 1000) * 1000
  return [...new Map(found.map((one) => [one.sid, one])).values()]
    .filter((one) => at(one).getTime() >= from)
    .sort((one, other) => at(other).getTime() - at(one).getTime())
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
  return {
    carrierId: sid,
    from: phoneIn(from),
    to: phoneIn(to),
    status: status.replaceAll('-', '_'),
    createdAt: dateCreated,
  }
}

async function unlessMissing<Thing>(read: () => Promise<Thing>): Promise<Thing | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof CarrierError && error.failure === 'not_found') return null
    throw error
  }
}

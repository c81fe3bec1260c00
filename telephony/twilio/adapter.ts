import twilio from 'twilio'
import type { Log } from '#kit/log'
import {
  type Accepted,
  type Carrier,
  CarrierError,
  type CarrierRecord,
  type RecordingMedia,
  type RingOrder,
  type TextOrder,
} from '../carrier.ts'
import { CarrierClient, type DownloadOptions, download } from './client.ts'
import { webhookUrl } from './signature.ts'

/** What it takes to speak with Twilio, or with something that speaks like it. */
export interface TwilioOptions {
  /** `AC…`. */
  readonly accountSid: string
  readonly authToken: string
  /** Where the REST API answers: Twilio itself, one of its regions, or the simulator. */
  readonly apiBase?: string
  /** The address under which Twilio reaches our webhooks. */
  readonly publicUrl: string
  readonly log?: Log
  /** What tests turn; the defaults are right everywhere else. */
  readonly tuning?: TwilioTuning
}

/** Times, sizes and the outside world of the adapter. */
export interface TwilioTuning extends Pick<DownloadOptions, 'fetch'> {
  readonly timeoutMs?: number
  readonly maxRetryDelayMs?: number
  /** Milliseconds that only grow. */
  readonly now?: () => number
  readonly mediaBytes?: number
  readonly mediaTimeoutMs?: number
}

type Client = ReturnType<typeof twilio>

const API_BASE = 'https://api.twilio.com'
const LEG_EVENTS = ['initiated', 'ringing', 'answered', 'completed']
/** How many of the newest texts to a number are looked through for those that wait to be sent. */
const NEWEST_TEXTS = 50

/** Twilio's ids. An id of another shape names nothing, and is never put into an address. */
const CALL_ID = /^CA[0-9a-f]{32}$/i
const RECORDING_ID = /^RE[0-9a-f]{32}$/i

/** A phone network behind Twilio's REST API 2010-04-01. */
export function createTwilioCarrier(options: TwilioOptions): Carrier {
  const { accountSid, authToken, publicUrl, log, tuning = {} } = options
  const apiBase = (options.apiBase ?? API_BASE).replace(/\/+$/, '')
  const { timeoutMs, maxRetryDelayMs, now } = tuning
  const httpClient = new CarrierClient({
    apiBase,
    log,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(maxRetryDelayMs !== undefined && { maxRetryDelayMs }),
    ...(now !== undefined && { now }),
  })
  const client = twilio(accountSid, authToken, { accountSid, httpClient })

  return {
    ring: (order) => attempt(() => ring(client, publicUrl, order)),
    hangUp: (carrierId) => unlessGone(attempt(() => hangUp(client, carrierId))),
    closeRoom: (room) => attempt(() => closeRoom(client, room)),
    text: (order) => attempt(() => text(client, publicUrl, order)),
    call: (carrierId) => attempt(() => oneCall(client, carrierId)),
    callsTo: (to, since) => attempt(() => callsTo(client, to, since)),
    textsTo: (to, since) => attempt(() => textsTo(client, to, since)),
    fetchRecording: (recordingId) =>
      attempt(() => {
        const address = `${apiBase}/2010-04-01/Accounts/${accountSid}/Recordings/${known(recordingId, RECORDING_ID)}.wav`
        return fetchRecording(address, `${accountSid}:${authToken}`, tuning)
      }),
    deleteRecording: (recordingId) =>
      unlessGone(
        attempt(async () => {
          await client.recordings(known(recordingId, RECORDING_ID)).remove()
        }),
      ),
  }
}

async function ring(client: Client, publicUrl: string, order: RingOrder): Promise<Accepted> {
  const { leg, from, to, ringSeconds, maxSeconds } = order
  const call = await client.calls.create({
    to,
    from,
    url: webhookUrl(publicUrl, '/webhooks/twilio/voice/leg', { leg }, 'document'),
    statusCallback: webhookUrl(publicUrl, '/webhooks/twilio/voice/leg/status', { leg }, 'report'),
    statusCallbackEvent: LEG_EVENTS,
    timeout: ringSeconds,
    timeLimit: maxSeconds,
  })
  return { carrierId: present(call.sid), queuedMs: Number(call.queueTime ?? 0) || 0 }
}

/**
 * `completed` ends a call whether it is queued, ringing or answered; `canceled` leaves an answered one alone. Whoever
 * hangs up cannot know which it is by now, so `completed` goes first.
 * Source: twilio.com/docs/voice/api/call-resource, "Update a Call resource".
 */
async function hangUp(client: Client, carrierId: string): Promise<void> {
  const call = client.calls(known(carrierId, CALL_ID))
  try {
    await call.update({ status: 'completed' })
  } catch (error) {
    if (!isNotInState(error)) throw error
    // Over already, or not yet so far: then this is what ends it.
    await call.update({ status: 'canceled' })
  }
}

/**
 * All rooms of that name, and the state looked at here: somebody who is alone in a room waits in state `init`, which
 * a search for `in-progress` does not find.
 */
async function closeRoom(client: Client, room: string): Promise<void> {
  const rooms = await client.conferences.list({ friendlyName: room })
  const open = rooms.filter(({ friendlyName, status }) => friendlyName === room && status !== 'completed')
  await Promise.all(open.map(({ sid }) => unlessGone(endRoom(client, sid))))
}

async function endRoom(client: Client, sid: string): Promise<void> {
  await client.conferences(sid).update({ status: 'completed' })
}

async function text(client: Client, publicUrl: string, order: TextOrder): Promise<Accepted> {
  const { key, from, to, body } = order
  const statusCallback = webhookUrl(publicUrl, '/webhooks/twilio/sms/status', { text: key }, 'report')
  const message = await client.messages.create({ to, from, body, statusCallback })
  return { carrierId: present(message.sid), queuedMs: 0 }
}

/** A call that waits in the queue has no start time, so no search by time finds it: it is searched for by its state. */
async function callsTo(client: Client, to: string, since: Date): Promise<readonly CarrierRecord[]> {
  const found = await Promise.all([
    client.calls.list({ to, startTimeAfter: since }),
    client.calls.list({ to, status: 'queued' }),
  ])
  return recordsSince(since, found.flat())
}

/** A text that waits has no time of sending either, and no state to search for: the newest ones are looked through. */
async function textsTo(client: Client, to: string, since: Date): Promise<readonly CarrierRecord[]> {
  const found = await Promise.all([
    client.messages.list({ to, dateSentAfter: since }),
    client.messages.list({ to, pageSize: NEWEST_TEXTS, limit: NEWEST_TEXTS }),
  ])
  return recordsSince(since, found.flat())
}

async function oneCall(client: Client, carrierId: string): Promise<CarrierRecord | null> {
  try {
    return recordOf(await client.calls(known(carrierId, CALL_ID)).fetch())
  } catch (error) {
    if (error instanceof CarrierError && error.failure === 'not_found') return null
    throw error
  }
}

async function fetchRecording(address: string, userPass: string, tuning: TwilioTuning): Promise<RecordingMedia> {
  const { mediaBytes, mediaTimeoutMs, fetch } = tuning
  return download(address, {
    authorization: `Basic ${Buffer.from(userPass).toString('base64')}`,
    ...(mediaBytes !== undefined && { maxBytes: mediaBytes }),
    ...(mediaTimeoutMs !== undefined && { timeoutMs: mediaTimeoutMs }),
    ...(fetch !== undefined && { fetch }),
  })
}

/** A call or a message, as far as both look alike. */
interface Found {
  readonly sid: string
  readonly from: string
  readonly to: string
  readonly status: string
  readonly dateCreated: Date
}

/** Each once, newest first. The carrier's times are whole seconds, so `since` is as well. */
function recordsSince(since: Date, found: readonly Found[]): CarrierRecord[] {
  const from = Math.floor(since.getTime() / 1000) * 1000
  return [...new Map(found.map((one) => [one.sid, one])).values()]
    .filter(({ dateCreated }) => dateCreated.getTime() >= from)
    .sort((one, other) => other.dateCreated.getTime() - one.dateCreated.getTime())
    .map(recordOf)
}

function recordOf({ sid, from, to, status, dateCreated }: Found): CarrierRecord {
  return { carrierId: sid, from, to, status: status.replaceAll('-', '_'), createdAt: dateCreated }
}

/** Whatever goes wrong comes out as a `CarrierError`; the library's own errors quote what was sent or answered. */
async function attempt<T>(order: () => Promise<T>): Promise<T> {
  try {
    return await order()
  } catch (error) {
    if (error instanceof CarrierError) throw error
    throw new CarrierError('unknown', null, 'The carrier answered something that cannot be read.')
  }
}

/** What is over or gone already is as good as done. */
async function unlessGone(order: Promise<void>): Promise<void> {
  try {
    await order
  } catch (error) {
    if (!(error instanceof CarrierError && error.failure === 'not_found')) throw error
  }
}

const NOT_IN_STATE = 21220

function isNotInState(error: unknown): boolean {
  return error instanceof CarrierError && error.code === NOT_IN_STATE
}

function known(id: string, shape: RegExp): string {
  if (!shape.test(id)) throw new CarrierError('not_found', null, 'That is not an id of the carrier.')
  return id
}

function present(sid: string | undefined): string {
  if (!sid) throw new CarrierError('unknown', null, 'The carrier took an order without naming it.')
  return sid
}

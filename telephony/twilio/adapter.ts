import twilio from 'twilio'
import type { Log } from '#kit/log'
import {
  type Accepted,
  type Announcement,
  type Carrier,
  CarrierError,
  type Media,
  type RingOrder,
  type TextOrder,
} from '../carrier.ts'
import { addressOn } from './addresses.ts'
import { CarrierClient, type DownloadOptions, download } from './client.ts'
import { CALL_ID, known, MEDIA_ID, MESSAGE_ID, RECORDING_ID, TRANSCRIPT_ID } from './ids.ts'
import * as lists from './lists.ts'
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

type Client = lists.Client

const API_BASE = 'https://api.twilio.com'
const LEG_EVENTS = ['initiated', 'ringing', 'answered', 'completed']
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
  const account = `${apiBase}/2010-04-01/Accounts/${accountSid}`
  const credentials = `${accountSid}:${authToken}`

  return {
    ring: (order) => attempt(() => ring(client, publicUrl, dialable(order))),
    hangUp: (carrierId) => unlessGone(attempt(() => hangUp(client, carrierId))),
    closeRoom: (room) => attempt(() => closeRoom(client, room)),
    text: (order) => attempt(() => text(client, publicUrl, dialable(order))),
    control: (room, leg, wanted) => attempt(() => control(client, room, leg, wanted)),
    announce: (room, announcement) => attempt(() => announce(client, publicUrl, room, announcement)),
    call: (carrierId) => attempt(() => lists.call(client, carrierId)),
    callsTo: (to, since) => attempt(() => lists.callsTo(client, to, since)),
    textsTo: (to, since, network) => attempt(() => lists.textsTo(client, to, since, network)),
    callsEndedSince: (since, part) => attempt(() => lists.callsEndedSince(client, since, part)),
    callsNow: () => attempt(() => lists.callsNow(client)),
    textsSince: (since, part) => attempt(() => lists.textsSince(client, since, part)),
    recordingsSince: (since, part) => attempt(() => lists.recordingsSince(client, since, part)),
    openRooms: () => attempt(() => lists.openRooms(client)),
    roomMembers: (carrierRoomId) => attempt(() => lists.roomMembers(client, carrierRoomId)),
    transcriptOf: (recordingId) => attempt(() => lists.transcriptOf(client, recordingId)),
    fetchRecording: (recordingId) =>
      attempt(() => fetchMedia(`${account}/Recordings/${known(recordingId, RECORDING_ID)}.wav`, credentials, tuning)),
    fetchMedia: (messageId, mediaId, mostBytes) =>
      attempt(() => {
        const path = `Messages/${known(messageId, MESSAGE_ID)}/Media/${known(mediaId, MEDIA_ID)}`
        const mediaBytes = mostBytes ?? tuning.mediaBytes
        return fetchMedia(`${account}/${path}`, credentials, {
          ...tuning,
          ...(mediaBytes !== undefined && { mediaBytes }),
        })
      }),
    deleteRecording: (recordingId) =>
      unlessGone(
        attempt(async () => {
          await client.recordings(known(recordingId, RECORDING_ID)).remove()
        }),
      ),
    deleteTranscripts: (recordingId) => unlessGone(attempt(() => deleteTranscripts(client, recordingId))),
    deleteTranscript: (transcriptId) =>
      unlessGone(
        attempt(async () => {
          await client.transcriptions(known(transcriptId, TRANSCRIPT_ID)).remove()
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

async function closeRoom(client: Client, room: string): Promise<void> {
  await Promise.all((await lists.roomsNamed(client, room)).map((sid) => unlessGone(endRoom(client, sid))))
}

async function endRoom(client: Client, sid: string): Promise<void> {
  await client.conferences(sid).update({ status: 'completed' })
}

/** Twilio plays music of its own to whoever is on hold. A leg is found by its label, but its room only by id. */
async function control(
  client: Client,
  room: string,
  leg: string,
  { muted, onHold }: { readonly muted?: boolean; readonly onHold?: boolean },
): Promise<{ at: Date | null }> {
  const changes = { ...(muted !== undefined && { muted }), ...(onHold !== undefined && { hold: onHold }) }
  const [sid] = await lists.roomsNamed(client, room)
  if (sid === undefined) throw new CarrierError('not_found', null, 'There is no such room.')
  const { dateUpdated } = await client.conferences(sid).participants(leg).update(changes)
  return { at: dateUpdated ?? null }
}

async function announce(client: Client, publicUrl: string, room: string, announcement: Announcement): Promise<void> {
  const announceUrl = webhookUrl(publicUrl, '/webhooks/twilio/voice/announcement', { say: announcement }, 'document')
  const play = async (sid: string) => {
    await client.conferences(sid).update({ announceUrl, announceMethod: 'POST' })
  }
  await Promise.all((await lists.roomsNamed(client, room)).map((sid) => unlessGone(play(sid))))
}

async function deleteTranscripts(client: Client, recordingId: string): Promise<void> {
  const written = client.recordings(known(recordingId, RECORDING_ID)).transcriptions
  for (const { sid } of await written.list()) await written(sid).remove()
}

async function text(client: Client, publicUrl: string, order: TextOrder): Promise<Accepted> {
  const { key, from, to, body, network, template } = order
  const message = await client.messages.create({
    to: addressOn(network, to),
    from: addressOn(network, from),
    statusCallback: webhookUrl(publicUrl, '/webhooks/twilio/sms/status', { text: key }, 'report'),
    // Source: twilio.com/docs/content, "Send templates": the words stand in the template, never beside it.
    ...(template ? { contentSid: template.id, contentVariables: JSON.stringify(template.values) } : { body }),
  })
  return { carrierId: present(message.sid), queuedMs: 0 }
}

async function fetchMedia(address: string, userPass: string, tuning: TwilioTuning): Promise<Media> {
  const { mediaBytes, mediaTimeoutMs, fetch } = tuning
  return download(address, {
    authorization: `Basic ${Buffer.from(userPass).toString('base64')}`,
    ...(mediaBytes !== undefined && { maxBytes: mediaBytes }),
    ...(mediaTimeoutMs !== undefined && { timeoutMs: mediaTimeoutMs }),
    ...(fetch !== undefined && { fetch }),
  })
}

/** What is no E.164 number is never dialled or texted, however it came here. */
function dialable<Order extends { readonly to: string }>(order: Order): Order {
  if (!/^\+[1-9]\d{6,14}$/.test(order.to)) throw new CarrierError('refused', null, 'That is not a number to order for.')
  return order
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

function present(sid: string | undefined): string {
  if (!sid) throw new CarrierError('unknown', null, 'The carrier took an order without naming it.')
  return sid
}

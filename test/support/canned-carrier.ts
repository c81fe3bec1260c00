import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CarrierError } from '#telephony/carrier'

/** The account, what it owns, and the ids that the canned answers carry. */
export const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`
export const TOKEN = 'a-token-nobody-may-see'
export const CALL = `CA${'a'.repeat(32)}`
export const TEXT = `SM${'b'.repeat(32)}`
export const ROOM = `CF${'c'.repeat(32)}`
export const RECORDING = `RE${'d'.repeat(32)}`
export const OURS = '+15550000001'
export const ANN = '+15551230101'
export const SECRET = 'Your code is 471109'
export const CREATED = 'Sun, 22 Nov 2026 10:00:00 +0000'
export const PUBLIC_URL = 'https://kadoink.test'
export const ACCOUNT_PATH = `/2010-04-01/Accounts/${ACCOUNT}`

/** Orders as the adapter is given them; the text of one must never come out anywhere. */
export const RING = { leg: 'leg_1-A', from: OURS, to: ANN, ringSeconds: 30, maxSeconds: 7200 }
export const TEXT_ORDER = { key: 'text_1', from: OURS, to: ANN, body: SECRET }

interface Sent {
  readonly method: string
  readonly path: string
  readonly params: URLSearchParams
  readonly authorization: string | undefined
}

type Reply = { readonly status: number; readonly body?: unknown } | ((outgoing: ServerResponse) => void)

/** Something that answers on loopback what it is told, and remembers what it was asked. */
export class CannedCarrier {
  url = ''
  readonly sent: Sent[] = []
  private readonly server: Server
  private reply: (sent: Sent) => Reply = () => ({ status: 404 })

  constructor() {
    this.server = createServer((incoming, outgoing) => {
      void this.serve(incoming, outgoing)
    })
  }

  /** Answer so from now on. */
  replies(reply: (sent: Sent) => Reply): void {
    this.reply = reply
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    if (!this.server.listening) return
    await new Promise((resolve) => {
      this.server.close(resolve)
      this.server.closeAllConnections()
    })
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const { pathname, searchParams } = new URL(incoming.url ?? '/', this.url)
    const params = incoming.method === 'POST' ? new URLSearchParams(Buffer.concat(chunks).toString()) : searchParams
    const { method = '', headers } = incoming
    const sent = { method, path: pathname, params, authorization: headers.authorization }
    this.sent.push(sent)
    const reply = this.reply(sent)
    if (typeof reply === 'function') return reply(outgoing)
    outgoing.writeHead(reply.status, { 'content-type': 'application/json' })
    outgoing.end(reply.body === undefined ? '' : JSON.stringify(reply.body))
  }
}

/** A call as the carrier's REST answers describe it. */
export function callRecord(changes: object = {}): object {
  return {
    sid: CALL,
    date_created: CREATED,
    date_updated: CREATED,
    parent_call_sid: null,
    account_sid: ACCOUNT,
    to: ANN,
    to_formatted: ANN,
    from: OURS,
    from_formatted: OURS,
    phone_number_sid: null,
    status: 'queued',
    start_time: null,
    end_time: null,
    duration: null,
    price: null,
    price_unit: 'USD',
    direction: 'outbound-api',
    answered_by: null,
    api_version: '2010-04-01',
    forwarded_from: null,
    group_sid: null,
    caller_name: null,
    queue_time: '1500',
    trunk_sid: null,
    uri: `${ACCOUNT_PATH}/Calls/${CALL}.json`,
    subresource_uris: {},
    ...changes,
  }
}

/** A message as the carrier's REST answers describe it. */
export function textRecord(changes: object = {}): object {
  return {
    body: SECRET,
    num_segments: '1',
    direction: 'outbound-api',
    from: OURS,
    to: ANN,
    date_updated: CREATED,
    price: null,
    error_message: null,
    uri: `${ACCOUNT_PATH}/Messages/${TEXT}.json`,
    account_sid: ACCOUNT,
    num_media: '0',
    status: 'queued',
    messaging_service_sid: null,
    sid: TEXT,
    date_sent: null,
    date_created: CREATED,
    error_code: null,
    price_unit: 'USD',
    api_version: '2010-04-01',
    subresource_uris: {},
    ...changes,
  }
}

/** A conference as the carrier's REST answers describe it. */
export function roomRecord(changes: object = {}): object {
  return {
    account_sid: ACCOUNT,
    date_created: CREATED,
    date_updated: CREATED,
    api_version: '2010-04-01',
    friendly_name: 'room-1',
    region: 'us1',
    sid: ROOM,
    status: 'in-progress',
    uri: `${ACCOUNT_PATH}/Conferences/${ROOM}.json`,
    subresource_uris: {},
    reason_conference_ended: null,
    call_sid_ending_conference: null,
    ...changes,
  }
}

/** Somebody in a conference as the carrier's REST answers describe them. */
export function memberRecord(changes: object = {}): object {
  return {
    account_sid: ACCOUNT,
    call_sid: CALL,
    label: 'leg_1',
    call_sid_to_coach: null,
    coaching: false,
    conference_sid: ROOM,
    date_created: CREATED,
    date_updated: CREATED,
    end_conference_on_exit: false,
    muted: false,
    hold: false,
    start_conference_on_enter: true,
    status: 'connected',
    queue_time: null,
    uri: `${ACCOUNT_PATH}/Conferences/${ROOM}/Participants/${CALL}.json`,
    ...changes,
  }
}

/** One page of a list. */
export function page(kind: string, records: readonly object[], next: string | null = null): object {
  const uri = `${ACCOUNT_PATH}/${kind}.json`
  return {
    end: records.length,
    first_page_uri: uri,
    next_page_uri: next,
    page: 0,
    page_size: 50,
    previous_page_uri: null,
    start: 0,
    uri,
    [kind.toLowerCase()]: records,
  }
}

/** A refusal that quotes what was ordered, as the carrier's do. */
export function refusal(code: number, status = 400): Reply {
  const message = `The number ${ANN} and the text "${SECRET}" are not to our liking`
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } }
}

/** How an order failed. Throws when it did not, or with anything but a `CarrierError`. */
export async function failureOf(order: Promise<unknown>): Promise<CarrierError> {
  const outcome = await order.then(
    () => 'it succeeded',
    (error: unknown) => error,
  )
  if (!(outcome instanceof CarrierError)) throw new Error('not a CarrierError', { cause: outcome })
  return outcome
}

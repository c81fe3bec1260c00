import type { Call } from '../call.ts'
import type { DocumentSource } from '../documents.ts'
import { runDocument } from '../interpreter.ts'
import { METHOD, oneOf, TEXT, WHOLE } from '../kinds.ts'
import type { Network } from '../network.ts'
import { documentPlan, placeCall } from '../outbound.ts'
import { invalid, notFound } from './errors.ts'
import { isEqual, isWithin } from './filters.ts'
import { checkCallEnds } from './numbers-check.ts'
import type { Operations } from './operation.ts'
import { checkCapacity, OUTBOUND, outboundOrder, warnOfMissingCallback } from './outbound-order.ts'
import { pageOf } from './paging.ts'
import { ADDRESS, MOMENT, PAGED, PHONE, range, sidOf, TWIML } from './parameters.ts'
import { presentCall } from './present.ts'
import { type RestHandler, type RestRequest, webhookOf, whole } from './request.ts'

const createCall: RestHandler = (network, { form }) => {
  const ends = checkCallEnds(network, form.get('From'), form.get('To'))
  const source = sourceOf(form)
  if (!source) throw invalid(21205, 'Url parameter is required')
  const order = outboundOrder(form, ends, ['AsyncAmdStatusCallback', 'AsyncAmdStatusCallbackMethod'])
  checkCapacity(network, 10004)
  warnOfMissingCallback(network, order, 'CreateCall')
  return { status: 201, body: presentCall(network, placeCall(network, order, documentPlan(network, source))) }
}

const fetchCall: RestHandler = (network, request) => {
  return { status: 200, body: presentCall(network, callOf(network, request)) }
}

/** Hang up, send to another document, or change its settings while it runs. */
const updateCall: RestHandler = (network, request) => {
  const call = callOf(network, request)
  const { form } = request
  const source = sourceOf(form)
  if (source && !call.answeredAt) throw invalid(21220, `Call ${call.sid} is not in-progress. Cannot redirect.`)
  if (source && call.isOver) throw invalid(21220, `Call ${call.sid} is not in-progress. Cannot redirect.`)
  changeSettings(call, form)
  changeStatus(call, form.get('Status'))
  if (source) network.clock.after(0, () => !call.isOver && runDocument(network, call, source))
  return { status: 200, body: presentCall(network, call) }
}

const listCalls: RestHandler = (network, request) => {
  const { query } = request
  const calls = [...network.calls.values()].reverse().filter((call) => {
    const { from, to, parentSid = null } = call.order
    const texts: [string, string | null][] = [
      ['From', from],
      ['To', to],
      ['ParentCallSid', parentSid],
      ['Status', call.status],
    ]
    return (
      texts.every(([name, value]) => isEqual(query, name, value)) &&
      isWithin(query, 'StartTime', call.beganAt ?? call.createdAt) &&
      (call.endedAt ? isWithin(query, 'EndTime', call.endedAt) : !hasAny(query, 'EndTime'))
    )
  })
  return { status: 200, body: pageOf(request, 'calls', calls, (call) => presentCall(network, call)) }
}

const deleteCall: RestHandler = (network, request) => {
  const call = callOf(network, request)
  if (!call.isOver) throw invalid(20009, `Call ${call.sid} is not over; it cannot be deleted`)
  network.calls.delete(call.sid)
  return { status: 204 }
}

/** The call a path names. Throws 404. */
export function callOf(network: Network, { params, path }: RestRequest): Call {
  const call = network.calls.get(params.CallSid ?? params.Sid ?? '')
  if (!call) throw notFound(path)
  return call
}

const LONGEST_TWIML = 4000

/** Throws 400: 21205 for a bad URL, 32018 for too much TwiML. */
function sourceOf(form: URLSearchParams): DocumentSource | null {
  const twiml = form.get('Twiml')
  if (twiml && twiml.length > LONGEST_TWIML) throw invalid(32018, `Twiml exceeds ${LONGEST_TWIML} characters`)
  return twiml ? { twiml } : webhookOf(form, 'Url', 'Method', 21205)
}

function changeSettings(call: Call, form: URLSearchParams): void {
  const fallback = webhookOf(form, 'FallbackUrl', 'FallbackMethod')
  if (fallback) call.fallback = fallback
  const callback = webhookOf(form, 'StatusCallback', 'StatusCallbackMethod')
  if (callback) call.callback = { events: ['completed'], ...call.callback, ...callback }
  const limit = whole(form, 'TimeLimit', 0, 1, 86_400)
  if (limit > 0) call.limitTo(limit)
}

/** `canceled` ends only what is not yet answered, `completed` also what is. */
function changeStatus(call: Call, status: string | null): void {
  if (status === null) return
  if (status !== 'canceled' && status !== 'completed') throw invalid(21218, `Invalid Status: ${status}`)
  if (call.isOver) throw invalid(21220, `Call ${call.sid} is not in-progress. Cannot change its status.`)
  if (status === 'completed' || !call.answeredAt) call.hangUp()
}

function hasAny(query: URLSearchParams, name: string): boolean {
  return [name, `${name}>`, `${name}<`].some((key) => query.has(key))
}

const ALL = '/{AccountSid}/Calls.json'
const ONE = '/{AccountSid}/Calls/{Sid}.json'

/** Source: Twilio, "Call resource". */
export const CALL_OPERATIONS: Operations = {
  CreateCall: {
    method: 'POST',
    path: ALL,
    form: {
      ...OUTBOUND,
      Url: ADDRESS,
      Method: METHOD,
      Twiml: TWIML,
      ApplicationSid: sidOf('AP'),
      FallbackUrl: ADDRESS,
      FallbackMethod: METHOD,
      SendDigits: TEXT,
      AsyncAmd: oneOf('true', 'false'),
      AsyncAmdStatusCallback: ADDRESS,
      AsyncAmdStatusCallbackMethod: METHOD,
    },
    handle: createCall,
  },
  ListCall: {
    method: 'GET',
    path: ALL,
    query: {
      To: PHONE,
      From: PHONE,
      ParentCallSid: sidOf('CA'),
      Status: oneOf('queued', 'ringing', 'in-progress', 'completed', 'busy', 'failed', 'no-answer', 'canceled'),
      ...range('StartTime', MOMENT),
      ...range('EndTime', MOMENT),
      ...PAGED,
    },
    handle: listCalls,
  },
  FetchCall: { method: 'GET', path: ONE, handle: fetchCall },
  UpdateCall: {
    method: 'POST',
    path: ONE,
    form: {
      Url: ADDRESS,
      Method: METHOD,
      Twiml: TWIML,
      Status: oneOf('canceled', 'completed'),
      FallbackUrl: ADDRESS,
      FallbackMethod: METHOD,
      StatusCallback: ADDRESS,
      StatusCallbackMethod: METHOD,
      TimeLimit: WHOLE,
    },
    handle: updateCall,
  },
  DeleteCall: { method: 'DELETE', path: ONE, handle: deleteCall },
}

import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../loopback.ts'
import type { Network } from '../network.ts'
import { RestError } from './errors.ts'
import type { RestAnswer } from './request.ts'
import { answerRest } from './router.ts'

/** One request to the REST API and its answer, as another party sees them on the wire. */
export interface RestExchange {
  readonly method: string
  readonly path: string
  /** The form of a POST, the query of anything else. */
  readonly params: readonly (readonly [name: string, value: string])[]
  /** Null when the answer was held back (`timeoutAfterEffect`). */
  readonly status: number | null
  /** Parsed JSON; '' when there was none. */
  readonly body: unknown
}

/** Answers one HTTP request as Twilio's REST API does: mishaps of the fault switches, basic auth, then the operation. */
export async function serveRest(
  network: Network,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  onExchange?: (exchange: RestExchange) => void,
): Promise<void> {
  const form = new URLSearchParams(await readBody(incoming))
  const mishap = network.faults.takeMishap(incoming.method ?? 'GET')
  const answer = mishap === 'status429' || mishap === 'status500' ? refusal(mishap) : attempt(network, incoming, form)
  const isSilent = mishap === 'timeoutAfterEffect'
  onExchange?.(exchangeOf(incoming, form, isSilent ? null : answer))
  if (!isSilent) send(outgoing, answer)
}

function exchangeOf(incoming: IncomingMessage, form: URLSearchParams, answer: RestAnswer | null): RestExchange {
  const { method = 'GET' } = incoming
  const { pathname, searchParams } = addressOf(incoming)
  const params = [...(method === 'POST' ? form : searchParams)]
  const body: unknown = answer?.body === undefined ? '' : JSON.parse(JSON.stringify(answer.body))
  return { method, path: pathname, params, status: answer?.status ?? null, body }
}

/** What is asked for; an address that is none asks for nothing that is there. */
function addressOf({ url = '/' }: IncomingMessage): URL {
  const base = 'http://127.0.0.1'
  return URL.canParse(url, base) ? new URL(url, base) : new URL(base)
}

function attempt(network: Network, incoming: IncomingMessage, form: URLSearchParams): RestAnswer {
  try {
    const url = addressOf(incoming)
    authenticate(network, incoming, url.pathname)
    return answerRest(network, incoming.method ?? 'GET', url, form)
  } catch (error) {
    if (error instanceof RestError) return { status: error.status, body: error.body }
    network.journal.violation(`simulator fault: ${error instanceof Error ? error.stack : String(error)}`)
    return refusal('status500')
  }
}

function refusal(kind: 'status429' | 'status500'): RestAnswer {
  const error =
    kind === 'status429'
      ? new RestError(429, 20429, 'Too Many Requests')
      : new RestError(500, 20500, 'Internal Server Error')
  return { status: error.status, body: error.body }
}

/** Basic auth with the account's SID and token, and only under its own path. */
function authenticate(network: Network, incoming: IncomingMessage, path: string): void {
  const { accountSid, authToken } = network.settings
  const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const isKnown = isSame(incoming.headers.authorization ?? '', expected)
  const account = /^\/2010-04-01\/Accounts\/([^/.]+)/.exec(path)?.[1]
  if (isKnown && (account === undefined || account === accountSid)) return
  throw new RestError(401, 20003, 'Authenticate')
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function send(outgoing: ServerResponse, answer: RestAnswer): void {
  outgoing.statusCode = answer.status
  if (answer.status === 401) outgoing.setHeader('WWW-Authenticate', 'Basic realm="Twilio API"')
  if (answer.media) {
    outgoing.setHeader('Content-Type', answer.media.contentType)
    outgoing.setHeader('Content-Length', answer.media.bytes.length)
    outgoing.end(answer.media.bytes)
    return
  }
  if (answer.body === undefined) return void outgoing.end()
  outgoing.setHeader('Content-Type', 'application/json;charset=utf-8')
  outgoing.end(JSON.stringify(answer.body))
}

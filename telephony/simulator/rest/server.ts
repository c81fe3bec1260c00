import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../loopback.ts'
import type { Network } from '../network.ts'
import { RestError } from './errors.ts'
import type { RestAnswer } from './request.ts'
import { answerRest } from './router.ts'

/** Answers one HTTP request as Twilio's REST API does: mishaps of the fault switches, basic auth, then the operation. */
export async function serveRest(network: Network, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const form = new URLSearchParams(await readBody(incoming))
  const mishap = network.faults.takeMishap()
  const answer = mishap === 'status429' || mishap === 'status500' ? refusal(mishap) : attempt(network, incoming, form)
  if (mishap === 'timeoutAfterEffect') return
  send(outgoing, answer)
}

function attempt(network: Network, incoming: IncomingMessage, form: URLSearchParams): RestAnswer {
  try {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
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

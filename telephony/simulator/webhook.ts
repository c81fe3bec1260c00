import { createHmac, randomUUID } from 'node:crypto'
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** HTTP methods Twilio uses for webhooks. */
export type WebhookMethod = 'GET' | 'POST'

/** Parameters of one webhook, in the order they are sent. */
export type WebhookParams = Readonly<Record<string, string>>

/** One webhook to make; `token` is the same for a duplicate of the same webhook. */
export interface WebhookOrder {
  readonly url: string
  readonly method: WebhookMethod
  readonly params: WebhookParams
  readonly token?: string
}

/** What came of it after all tries. `failed` carries Twilio's error number: 11200 (HTTP), 11205 (connection). */
export type WebhookResult =
  | { readonly kind: 'answered'; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly kind: 'failed'; readonly code: number; readonly why: string }

/** Twilio: "Webhooks (HTTP callbacks): connection overrides". Times in milliseconds. */
export interface ConnectionOverrides {
  readonly connectTimeout: number
  readonly readTimeout: number
  readonly totalTimeout: number
  readonly retries: number
  readonly policy: readonly string[]
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/
const LARGEST_ANSWER_BYTES = 1_000_000

/** Read `#rc=3&rp=all` and its kin; absent or out of range means the default. */
export function connectionOverrides(fragment: string): ConnectionOverrides {
  const given = new URLSearchParams(fragment.replace(/^#/, ''))
  const number = (key: string, least: number, most: number, usual: number) => {
    const value = Number(given.get(key) ?? Number.NaN)
    return Number.isInteger(value) && value >= least && value <= most ? value : usual
  }
  return {
    connectTimeout: number('ct', 100, 10_000, 5000),
    readTimeout: number('rt', 100, 15_000, 15_000),
    totalTimeout: number('tt', 100, 15_000, 15_000),
    retries: number('rc', 0, 5, 1),
    policy: (given.get('rp') ?? 'ct').split(','),
  }
}

/** Twilio: "Webhooks security": HMAC-SHA1 over the URL without fragment and, for POST, the sorted parameters. */
export function signWebhook(authToken: string, url: string, params: WebhookParams): string {
  const signed = Object.keys(params)
    .sort()
    .reduce((text, key) => text + key + params[key], url)
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64')
}

/**
 * Makes webhooks as Twilio does: signed, form-encoded, retried under the fragment's policy with one idempotency token.
 * Time-outs are real time. Reaches loopback only; `routes` sends a public origin to a loopback one.
 */
export class Webhooks {
  private readonly authToken: string
  private readonly routes: Readonly<Record<string, string>>
  private readonly underWay = new Set<ClientRequest>()
  private isClosed = false

  constructor(authToken: string, routes: Readonly<Record<string, string>>) {
    this.authToken = authToken
    this.routes = routes
  }

  /** Cut what is under way, and try nothing again. */
  close(): void {
    this.isClosed = true
    for (const request of this.underWay) request.destroy(new Error('the network is closed'))
  }

  async send(order: WebhookOrder): Promise<WebhookResult> {
    const target = this.target(order)
    if (!target) return { kind: 'failed', code: 11205, why: `not a loopback address: ${order.url}` }
    const overrides = connectionOverrides(new URL(order.url).hash)
    const deadline = Date.now() + overrides.totalTimeout
    const token = order.token ?? randomUUID()
    for (let attempt = 0; ; attempt++) {
      const tried = await this.attempt(order, target, overrides, deadline, token)
      const isRetried = attempt < overrides.retries && mayRetry(tried.fault, overrides.policy) && Date.now() < deadline
      if (!isRetried || this.isClosed) return tried.result
    }
  }

  private target(order: WebhookOrder): { signedUrl: string; connectTo: URL } | null {
    if (!URL.canParse(order.url)) return null
    const signedUrl = withQuery(order.url.replace(/#.*$/s, ''), order)
    const { origin } = new URL(signedUrl)
    const connectTo = new URL((this.routes[origin] ?? origin) + signedUrl.slice(originLength(signedUrl)))
    return LOOPBACK.test(connectTo.hostname) ? { signedUrl, connectTo } : null
  }

  private attempt(
    order: WebhookOrder,
    target: { readonly signedUrl: string; readonly connectTo: URL },
    overrides: ConnectionOverrides,
    deadline: number,
    token: string,
  ): Promise<Attempt> {
    const isPost = order.method === 'POST'
    const body = isPost ? new URLSearchParams(order.params).toString() : ''
    const headers: Record<string, string> = {
      'User-Agent': 'TwilioProxy/1.1',
      Accept: '*/*',
      'X-Twilio-Signature': signWebhook(this.authToken, target.signedUrl, isPost ? order.params : {}),
      'I-Twilio-Idempotency-Token': token,
      ...(isPost && { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' }),
      ...(isPost && { 'Content-Length': String(Buffer.byteLength(body)) }),
    }
    return exchange(target.connectTo, order.method, headers, body, { ...overrides, deadline, underWay: this.underWay })
  }
}

interface Attempt {
  readonly result: WebhookResult
  readonly fault: 'ct' | 'rt' | '4xx' | '5xx' | null
}

interface Patience extends ConnectionOverrides {
  readonly deadline: number
  readonly underWay: Set<ClientRequest>
}

function mayRetry(fault: Attempt['fault'], policy: readonly string[]): boolean {
  return fault !== null && (policy.includes('all') || policy.includes(fault))
}

/** The path exactly as written, since the signature covers it: `new URL` would rewrite it. */
function originLength(url: string): number {
  const afterScheme = url.indexOf('//') + 2
  const end = url.slice(afterScheme).search(/[/?]/)
  return end < 0 ? url.length : afterScheme + end
}

function withQuery(url: string, order: WebhookOrder): string {
  if (order.method === 'POST') return url
  const query = new URLSearchParams(order.params).toString()
  return query === '' ? url : url + (url.includes('?') ? '&' : '?') + query
}

function exchange(
  url: URL,
  method: WebhookMethod,
  headers: Record<string, string>,
  body: string,
  patience: Patience,
): Promise<Attempt> {
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    const outgoing = send(url, { method, headers, agent: false })
    patience.underWay.add(outgoing)
    let fault: 'ct' | 'rt' = 'ct'
    const timers: NodeJS.Timeout[] = []
    const giveUpAfter = (millis: number, why: string) => {
      timers.push(setTimeout(() => outgoing.destroy(new Error(why)), Math.max(0, millis)))
    }
    const finish = (attempt: Attempt) => {
      for (const timer of timers) clearTimeout(timer)
      patience.underWay.delete(outgoing)
      resolve(attempt)
    }
    const connecting = setTimeout(() => outgoing.destroy(new Error('connect time-out')), patience.connectTimeout)
    timers.push(connecting)
    giveUpAfter(patience.deadline - Date.now(), 'total time-out')
    outgoing.on('socket', (socket) => {
      socket.once('connect', () => {
        clearTimeout(connecting)
        fault = 'rt'
        giveUpAfter(patience.readTimeout, 'read time-out')
      })
    })
    outgoing.on('error', (error) => finish(brokenAttempt(fault, error)))
    outgoing.on('response', (incoming) => {
      readAnswer(incoming).then(finish, (error: Error) => finish(brokenAttempt('rt', error)))
    })
    outgoing.end(body)
  })
}

function brokenAttempt(fault: 'ct' | 'rt', error: Error): Attempt {
  return { fault, result: { kind: 'failed', code: fault === 'ct' ? 11205 : 11200, why: error.message } }
}

async function readAnswer(incoming: IncomingMessage): Promise<Attempt> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_ANSWER_BYTES) throw new Error('the answer is too large')
    chunks.push(chunk)
  }
  const status = incoming.statusCode ?? 0
  const fault = status >= 500 ? '5xx' : status >= 400 ? '4xx' : null
  const contentType = incoming.headers['content-type'] ?? ''
  return { fault, result: { kind: 'answered', status, contentType, body: Buffer.concat(chunks).toString('utf8') } }
}

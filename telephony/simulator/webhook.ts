import { createHmac, randomUUID } from 'node:crypto'
import type { ClientRequest } from 'node:http'
import { type ConnectionOverrides, connectionOverrides, mayRetry, type TryFault } from './connection-overrides.ts'
import { type Exchanged, exchange } from './exchange.ts'

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
  /** Bytes; one million unless it says so. */
  readonly largestAnswer?: number
}

/**
 * What came of it after all tries and redirects; `url` is where it ended. `failed` carries Twilio's error number: 11100
 * (no URL), 11200 (HTTP), 11205 (connection), 11215 (too many redirects), 11216 (a redirect to nowhere).
 */
export type WebhookResult =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly contentType: string
      readonly bytes: Buffer
      readonly url: string
    }
  | { readonly kind: 'failed'; readonly code: number; readonly why: string }

/** How webhooks reach the application. */
export interface WebhookSettings {
  readonly authToken: string
  /** Public origins and the loopback origins they are reached at. */
  readonly routes: Readonly<Record<string, string>>
  /** The query is requested with its parameters sorted, but signed as it was given (twilio-php, issue 790). */
  readonly sortsQueries: boolean
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/
const LARGEST_ANSWER_BYTES = 1_000_000
/** A request is redirected no more often. How often Twilio allows it is not documented. */
const MOST_REDIRECTS = 10
const REDIRECTS = [301, 302, 303, 307]

/** Twilio: "Webhooks security": HMAC-SHA1 over the URL without fragment and, for POST, the sorted parameters. */
export function signWebhook(authToken: string, url: string, params: WebhookParams): string {
  const signed = Object.keys(params)
    .sort()
    .reduce((text, key) => text + key + params[key], url)
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64')
}

/**
 * Makes webhooks as Twilio does: signed, form-encoded, retried under the fragment's policy with one idempotency token,
 * redirected as a browser is. Time-outs are real time. Reaches loopback only.
 */
export class Webhooks {
  private readonly settings: WebhookSettings
  private readonly underWay = new Set<ClientRequest>()
  private isClosed = false

  constructor(settings: WebhookSettings) {
    this.settings = settings
  }

  /** Cut what is under way, and try nothing again. */
  close(): void {
    this.isClosed = true
    for (const request of this.underWay) request.destroy(new Error('the network is closed'))
  }

  /** Would a request to this URL stay on this machine? */
  reaches(url: string): boolean {
    return isHttp(url) && LOOPBACK.test(this.connectTo(url).hostname)
  }

  async send(order: WebhookOrder): Promise<WebhookResult> {
    if (!isHttp(order.url)) return failed(11100, `not an absolute URL: ${order.url}`)
    const overrides = connectionOverrides(new URL(order.url).hash)
    const deadline = Date.now() + overrides.totalTimeout
    const token = order.token ?? randomUUID()
    for (let attempt = 0; ; attempt++) {
      const tried = await this.follow({ ...order, token }, overrides, deadline)
      const isRetried = attempt < overrides.retries && mayRetry(tried.fault, overrides) && Date.now() < deadline
      if (!isRetried || this.isClosed) return tried.result
    }
  }

  /** One try, through all its redirects. */
  private async follow(order: SignedOrder, overrides: ConnectionOverrides, deadline: number): Promise<Tried> {
    let next = order
    for (let count = 0; count <= MOST_REDIRECTS; count++) {
      const url = withQuery(next)
      if (!this.reaches(url) || this.isClosed) return given(failed(11205, `not a loopback address: ${next.url}`))
      const exchanged = await this.once(next, url, overrides, deadline)
      if (exchanged.kind === 'broken') return broken(exchanged.fault, exchanged.why)
      const { status, headers, bytes } = exchanged
      if (status < 300 || status >= 400) {
        const contentType = headers['content-type'] ?? ''
        return given({ kind: 'answered', status, contentType, bytes, url: plain(next.url) }, faultOf(status))
      }
      const redirected = redirect(next, url, status, headers.location)
      if (!redirected) return given(failed(11216, `answered ${status}, which leads nowhere`))
      next = redirected
    }
    return given(failed(11215, `more than ${MOST_REDIRECTS} redirects`))
  }

  private once(
    order: SignedOrder,
    url: string,
    { connectTimeout, readTimeout }: ConnectionOverrides,
    deadline: number,
  ): Promise<Exchanged> {
    const isPost = order.method === 'POST'
    const body = isPost ? new URLSearchParams(order.params).toString() : ''
    const headers: Record<string, string> = {
      'User-Agent': 'TwilioProxy/1.1',
      Accept: '*/*',
      'X-Twilio-Signature': signWebhook(this.settings.authToken, url, isPost ? order.params : {}),
      'I-Twilio-Idempotency-Token': order.token,
      ...(isPost && { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' }),
      ...(isPost && { 'Content-Length': String(Buffer.byteLength(body)) }),
    }
    const patience = {
      connectTimeout,
      readTimeout,
      deadline,
      largestAnswer: order.largestAnswer ?? LARGEST_ANSWER_BYTES,
    }
    return exchange({ url: this.connectTo(url), method: order.method, headers, body }, patience, this.underWay)
  }

  /** The path exactly as written, since the signature covers it: `new URL` would rewrite it. */
  private connectTo(url: string): URL {
    const { origin } = new URL(url)
    const target = new URL((this.settings.routes[origin] ?? origin) + url.slice(originLength(url)))
    if (this.settings.sortsQueries) target.searchParams.sort()
    return target
  }
}

interface SignedOrder extends WebhookOrder {
  readonly token: string
}

interface Tried {
  readonly result: WebhookResult
  readonly fault: TryFault | null
}

function failed(code: number, why: string): WebhookResult {
  return { kind: 'failed', code, why }
}

function given(result: WebhookResult, fault: TryFault | null = null): Tried {
  return { result, fault }
}

function broken(fault: 'ct' | 'rt', why: string): Tried {
  return given(failed(fault === 'ct' ? 11205 : 11200, why), fault)
}

function faultOf(status: number): TryFault | null {
  return status >= 500 ? '5xx' : status >= 400 ? '4xx' : null
}

/** Where a 3xx leads: 307 repeats the request, the others become a GET without parameters, as in a browser. */
function redirect(order: SignedOrder, from: string, status: number, location: string | undefined): SignedOrder | null {
  if (!REDIRECTS.includes(status) || !location || !URL.canParse(location, from)) return null
  const url = plain(new URL(location, from).href)
  if (!isHttp(url)) return null
  if (status === 307) return { ...order, url, params: order.method === 'POST' ? order.params : {} }
  return { ...order, url, method: 'GET', params: {} }
}

function isHttp(url: string): boolean {
  return /^https?:\/\//.test(url) && URL.canParse(url)
}

function originLength(url: string): number {
  const afterScheme = url.indexOf('//') + 2
  const end = url.slice(afterScheme).search(/[/?]/)
  return end < 0 ? url.length : afterScheme + end
}

/** The URL that is requested and signed: without fragment, and for a GET with the parameters in its query. */
function withQuery({ url, method, params }: WebhookOrder): string {
  const bare = plain(url)
  if (method === 'POST') return bare
  const query = new URLSearchParams(params).toString()
  return query === '' ? bare : bare + (bare.includes('?') ? '&' : '?') + query
}

function plain(url: string): string {
  return url.replace(/#.*$/s, '')
}

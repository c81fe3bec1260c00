import RequestClient from 'twilio/lib/base/RequestClient.js'
import type HttpAnswer from 'twilio/lib/http/response.js'
import type { Log } from '#kit/log'
import { CarrierError, type Media } from '../carrier.ts'
import { errorOfAnswer, errorOfSilence } from './errors.ts'

type Answer<TData> = HttpAnswer.default<TData>

/** How a `CarrierClient` is made. */
export interface CarrierClientOptions {
  /** Where the REST API answers, without a path of its own. */
  readonly apiBase: string
  /** How long an answer may take. */
  readonly timeoutMs?: number
  /** The longest wait before an order that met 429 is sent again. */
  readonly maxRetryDelayMs?: number
  /** Milliseconds that only grow; for the circuit breaker. */
  readonly now?: () => number
  readonly log?: Log | undefined
}

const TIMEOUT_MS = 8000
const MAX_SOCKETS = 20
const MAX_RETRIES = 3
const MAX_RETRY_DELAY_MS = 3000

/**
 * The HTTP client beneath the twilio library. One place for four things: every request goes to the configured base,
 * whatever region and edge the environment names; an order that met 429 is sent again; a carrier that does not answer
 * is left alone for a while; and every failure comes out as a `CarrierError`, before the library makes an error of it
 * that quotes numbers or credentials.
 */
export class CarrierClient extends RequestClient {
  private readonly apiBase: string
  private readonly breaker: Breaker
  private readonly log: Log | undefined

  constructor(options: CarrierClientOptions) {
    super({
      timeout: options.timeoutMs ?? TIMEOUT_MS,
      keepAlive: true,
      maxSockets: MAX_SOCKETS,
      autoRetry: true,
      maxRetries: MAX_RETRIES,
      maxRetryDelay: options.maxRetryDelayMs ?? MAX_RETRY_DELAY_MS,
    })
    this.apiBase = options.apiBase.replace(/\/+$/, '')
    this.breaker = new Breaker(options.now ?? (() => performance.now()))
    this.log = options.log
  }

  override async request<TData>(wanted: RequestClient.RequestOptions<TData>): Promise<Answer<TData>> {
    const { pathname, search } = new URL(wanted.uri)
    const pass = this.breaker.admit()
    try {
      return heard(await this.send({ ...wanted, uri: this.apiBase + pathname + search }, pass), wanted.method)
    } catch (error) {
      const failure = errorOfSilence(error)
      this.note(failure, wanted.method, pathname)
      throw failure
    }
  }

  private async send<TData>(wanted: RequestClient.RequestOptions<TData>, pass: Pass): Promise<Answer<TData>> {
    try {
      const answer = await super.request(wanted)
      if (answer.statusCode >= 500) pass.failed()
      else pass.succeeded()
      return answer
    } catch (error) {
      pass.failed()
      throw error
    } finally {
      // The library keeps the last request for debugging: credentials, numbers and texts.
      delete this.lastRequest
      delete this.lastResponse
    }
  }

  private note({ failure, code }: CarrierError, method: string, pathname: string): void {
    if (failure === 'not_found') return
    const resource = pathname.split('/').slice(4).join('/')
    // `code` is a name that the logger blanks.
    this.log?.warn({ failure, carrierCode: code, order: `${method.toUpperCase()} ${resource}` }, 'carrier order failed')
  }
}

/** An answer that says what was asked for; anything else is an error. */
function heard<TData>(answer: Answer<TData>, method: string): Answer<TData> {
  const { statusCode, body } = answer
  if (statusCode < 200 || statusCode >= 300) throw errorOfAnswer(statusCode, body)
  if (method !== 'delete' && (typeof body !== 'object' || body === null)) {
    throw new CarrierError('unknown', null, 'The carrier answered something that cannot be read.')
  }
  return answer
}

const FAILURES = 5
const WITHIN_MS = 30_000
const REST_MS = 10_000

/** The right to send one request; says how it went. */
interface Pass {
  succeeded(): void
  failed(): void
}

/**
 * Five requests in a row without a proper answer, within 30 seconds, and orders are refused as `busy` for 10 seconds:
 * an order that is refused at once can be tried later, one that waits 8 seconds may have been taken. Then one request
 * is let through, and its outcome decides.
 */
class Breaker {
  private readonly now: () => number
  private failedAt: number[] = []
  private restsUntil: number | null = null
  private isProbing = false

  constructor(now: () => number) {
    this.now = now
  }

  admit(): Pass {
    const isProbe = this.restsUntil !== null
    if (this.restsUntil !== null && (this.isProbing || this.now() < this.restsUntil)) {
      throw new CarrierError('busy', null, 'The carrier does not answer at the moment.')
    }
    this.isProbing = isProbe
    return { succeeded: () => this.close(), failed: () => this.fail(isProbe) }
  }

  private close(): void {
    this.failedAt = []
    this.restsUntil = null
    this.isProbing = false
  }

  private fail(isProbe: boolean): void {
    const now = this.now()
    this.failedAt = [...this.failedAt.filter((at) => now - at < WITHIN_MS), now]
    if (isProbe) this.isProbing = false
    // Requests that were on their way when the rest began do not make it longer.
    if (isProbe || (this.restsUntil === null && this.failedAt.length >= FAILURES)) this.restsUntil = now + REST_MS
  }
}

/** How a recording is fetched. */
export interface DownloadOptions {
  /** The `Authorization` header for the first address; never sent to a second one. */
  readonly authorization: string
  readonly maxBytes?: number
  /** For the whole of it, body included. */
  readonly timeoutMs?: number
  readonly fetch?: typeof globalThis.fetch
}

const MEDIA_BYTES = 30 * 1024 * 1024
const MEDIA_TIMEOUT_MS = 10_000

/**
 * Fetch sound from an address that we made ourselves. At most one redirect is followed, only to https, and without
 * credentials: Twilio keeps media in other people's storage. Rejects with `CarrierError`: `too_large`, or `denied` for a
 * redirect that is not safe.
 */
export async function download(address: string, options: DownloadOptions): Promise<Media> {
  const { authorization, maxBytes = MEDIA_BYTES, timeoutMs = MEDIA_TIMEOUT_MS, fetch = globalThis.fetch } = options
  const rules = { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) } as const
  try {
    const first = await fetch(address, { ...rules, headers: { authorization } })
    const next = redirectOf(first, address)
    if (next) await first.body?.cancel()
    const answer = next ? await fetch(next, rules) : first
    if (!answer.ok) {
      await answer.body?.cancel()
      throw errorOfAnswer(answer.status, null)
    }
    return { contentType: soundTypeOf(answer), bytes: await read(answer, maxBytes) }
  } catch (error) {
    throw errorOfSilence(error)
  }
}

function redirectOf(answer: globalThis.Response, address: string): URL | null {
  const location = answer.headers.get('location')
  if (answer.status < 300 || answer.status >= 400 || location === null) return null
  const next = URL.canParse(location, address) ? new URL(location, address) : null
  if (next?.protocol !== 'https:' || next.username !== '' || next.password !== '') {
    throw new CarrierError('denied', null, 'The recording is at an address that is not safe.')
  }
  return next
}

/** Storage that calls everything a stream of bytes still gave what was asked for; it never becomes a web page. */
function soundTypeOf(answer: globalThis.Response): string {
  const type = answer.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  return type.startsWith('audio/') ? type : 'audio/wav'
}

async function read(answer: globalThis.Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body ?? []) {
    length += chunk.length
    if (length > maxBytes) throw new CarrierError('too_large', null, 'The recording is too large.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

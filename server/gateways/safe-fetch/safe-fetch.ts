import { lookup as systemLookup } from 'node:dns/promises'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublic, readTarget, type Target } from './addresses.ts'

/** What is asked of an address that somebody has given us. */
export interface SafeRequest {
  readonly method: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** All of it, from the look-up of the name to the last byte; 10 s when left out. */
  readonly timeoutMs?: number
  /** More of an answer is not read, and the request has failed; 64 kB when left out. */
  readonly maxBytes?: number
}

/** What came back. Nothing is unpacked: we ask for no packing, and what is packed all the same stays as it came. */
export interface SafeAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: Buffer
}

/** Ask an address that somebody has given us. Throws `EgressError`. */
export type SafeFetch = (address: string, request: SafeRequest) => Promise<SafeAnswer>

/**
 * Why nothing came of a request. `refused`: it may not go there, and no byte has left this machine; `failed`: nobody
 * answered; the others say what there was too much of. Names no address.
 */
export class EgressError extends Error {
  readonly reason: 'refused' | 'failed' | 'timeout' | 'too_large' | 'redirects'

  constructor(reason: EgressError['reason'], message: string) {
    super(message)
    this.name = 'EgressError'
    this.reason = reason
  }
}

/** What may be set. */
export interface SafeFetchOptions {
  /** `host:port` that may be asked although they are private: exactly these. */
  readonly allow: readonly string[]
  /** How names become addresses; the machine's own way when left out. */
  readonly resolve?: (host: string) => Promise<readonly string[]>
}

const TIMEOUT_MS = 10_000
const MAX_BYTES = 64 * 1024
const MOST_REDIRECTS = 3
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * The one way out to addresses that people give us. A name is looked up once, each of its addresses must be public, and
 * the connection goes to one of those that were looked at: a name that leads elsewhere a moment later leads nowhere.
 * A GET follows three redirects at most, each looked at like the first address; a POST follows none.
 */
export function safeFetch({ allow, resolve = systemResolve }: SafeFetchOptions): SafeFetch {
  const allowed = new Set(allow.map((place) => place.toLowerCase()))

  async function open(address: string, request: SafeRequest, signal: AbortSignal): Promise<SafeAnswer> {
    let next = address
    for (let redirects = 0; ; redirects++) {
      const target = targetOf(next)
      const addresses = await until(signal, addressesOf(target))
      const answer = await exchange(target, addresses, request, signal)
      const { location } = answer.headers
      if (request.method === 'POST' || !REDIRECTS.has(answer.statusCode ?? 0) || location === undefined) {
        return read(answer, request.maxBytes ?? MAX_BYTES)
      }
      answer.destroy()
      if (redirects === MOST_REDIRECTS) throw new EgressError('redirects', 'It leads on and on.')
      if (!URL.canParse(location, target.url.href)) throw new EgressError('refused', 'It leads to no address.')
      // Read as it is written: a redirect may not bring in a spelling that nobody else may use.
      next = URL.canParse(location) ? location : new URL(location, target.url).href
    }
  }

  async function addressesOf({ host, port }: Target): Promise<readonly string[]> {
    const addresses = isIP(host) ? [host] : await resolve(host).catch(() => [])
    if (addresses.length === 0) throw new EgressError('failed', 'That name leads nowhere.')
    const place = `${host.includes(':') ? `[${host}]` : host}:${port}`
    if (!allowed.has(place) && !addresses.every(isPublic)) throw new EgressError('refused', 'That address is private.')
    return addresses
  }

  return async (address, request) => {
    const signal = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS)
    try {
      return await open(address, request, signal)
    } catch (error) {
      if (error instanceof EgressError) throw error
      // What Node says of it names the address.
      if (signal.aborted) throw new EgressError('timeout', 'It took too long.')
      throw new EgressError('failed', 'Nobody answered.')
    }
  }
}

function targetOf(address: string): Target {
  const target = readTarget(address)
  if (typeof target === 'string') throw new EgressError('refused', `That address may not be asked: ${target}.`)
  return target
}

/** All addresses of a name, as the system gives them. */
async function systemResolve(host: string): Promise<readonly string[]> {
  return (await systemLookup(host, { all: true, verbatim: true })).map(({ address }) => address)
}

/** A look-up cannot be called off; it is waited for no longer. */
function until<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    // Heard in any case: a look-up that fails when nobody waits for it any more is nobody's fault.
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
    if (signal.aborted) onAbort()
  })
}

/** One request over a connection of its own to one of these addresses, and nowhere else. */
function exchange(
  { url }: Target,
  addresses: readonly string[],
  { method, headers, body }: SafeRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const pinned = addresses.map((address) => ({ address, family: isIP(address) }))
  const lookup: LookupFunction = (_host, options, done) => {
    const [first = { address: '', family: 0 }] = pinned
    if (options.all) done(null, pinned)
    else done(null, first.address, first.family)
  }
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        method,
        lookup,
        signal,
        // A connection that was kept may lead to what was never looked at.
        agent: false,
        headers: {
          'User-Agent': 'kadoink',
          ...headers,
          'Accept-Encoding': 'identity',
          ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
        },
        maxHeaderSize: 16_384,
      },
      resolve,
    )
    asked.once('error', reject)
    asked.end(body)
  })
}

async function read(answer: IncomingMessage, maxBytes: number): Promise<SafeAnswer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) {
      answer.destroy()
      throw new EgressError('too_large', 'The answer is too long.')
    }
    chunks.push(chunk)
  }
  return {
    status: answer.statusCode ?? 0,
    contentType: answer.headers['content-type'] ?? '',
    body: Buffer.concat(chunks),
  }
}

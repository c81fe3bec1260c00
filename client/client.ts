import { socketAddress, trimmed } from './addresses.ts'
import type { Answer } from './answers.ts'
import { type Clock, systemClock } from './clock.ts'
import { KadoinkError } from './errors.ts'
import { Live, type LiveOptions } from './live.ts'
import type { Asks, CallOptions, Gives, Method, Path } from './operations.ts'
import { keyed, mount, socket, type Token } from './reference.ts'
import { type Asked, send, type Wires } from './requests.ts'
import { ownWebSocket, type SocketConstructor } from './socket.ts'

/** How a client is set up. */
export interface ClientOptions {
  /** Where the server is: `https://kadoink.example`. */
  readonly url: string
  /** The token of an earlier sign-in. */
  readonly token?: string | null
  /** The token is another one, or null: keep it for the next start. */
  readonly onToken?: (token: string | null) => void
  /** The server does not take the token any more: sign in again. Comes once for each token. */
  readonly onSignedOut?: (error: KadoinkError) => void
  /** How often a request that may be repeated is sent again; 2 by default. */
  readonly retries?: number
  readonly fetch?: typeof fetch
  /** How sockets are made where the runtime has none, as in Node 20: the `WebSocket` of the package `ws`. */
  readonly WebSocket?: SocketConstructor
  readonly clock?: Clock
  /** From 0 up to 1, for the length of pauses. */
  readonly random?: () => number
}

/** The Kadoink API, for one person's app. */
export function createClient(options: ClientOptions): Client {
  return new Client(options)
}

/**
 * Requests typed by the reference, and a socket. Every answer that is no success is thrown as a `KadoinkError`. GETs,
 * and POSTs that honour an Idempotency-Key, are sent again when the way to the server fails; the client makes the key.
 */
export class Client {
  readonly #options: ClientOptions
  readonly #wires: Omit<Wires, 'token'>
  readonly #retries: number
  #token: string | null
  #refreshing: Promise<Token> | undefined
  readonly #lives = new Set<Live>()

  constructor(options: ClientOptions) {
    const { url, token = null, clock = systemClock, random = Math.random, retries = 2 } = options
    this.#options = options
    this.#token = token
    this.#retries = retries
    this.#wires = {
      base: trimmed(url) + mount,
      // Browsers want fetch called on nothing.
      fetch: options.fetch ?? ((...asked) => fetch(...asked)),
      clock,
      random,
    }
  }

  /** The token; null while nobody is signed in. */
  get token(): string | null {
    return this.#token
  }

  /** Go on with a token from a sign-in, or without one. */
  setToken(token: string | null): void {
    if (token === this.#token) return
    this.#token = token
    this.#options.onToken?.(token)
    for (const live of [...this.#lives]) live.tokenChanged()
  }

  get<P extends Path<'get'>>(path: P, ...[options]: Asks<'get', P>): Promise<Gives<'get', P>> {
    return this.#give('get', path, options)
  }

  post<P extends Path<'post'>>(path: P, ...[options]: Asks<'post', P>): Promise<Gives<'post', P>> {
    return this.#give('post', path, options)
  }

  put<P extends Path<'put'>>(path: P, ...[options]: Asks<'put', P>): Promise<Gives<'put', P>> {
    return this.#give('put', path, options)
  }

  patch<P extends Path<'patch'>>(path: P, ...[options]: Asks<'patch', P>): Promise<Gives<'patch', P>> {
    return this.#give('patch', path, options)
  }

  delete<P extends Path<'delete'>>(path: P, ...[options]: Asks<'delete', P>): Promise<Gives<'delete', P>> {
    return this.#give('delete', path, options)
  }

  /** The whole answer, for whoever needs its status or headers. */
  request<M extends Method, P extends Path<M>>(
    method: M,
    path: P,
    ...[options]: Asks<M, P>
  ): Promise<Answer<Gives<M, P>>> {
    return this.#ask(method, path, options) as Promise<Answer<Gives<M, P>>>
  }

  /**
   * Exchange the token for a new one. The old one works for a minute more, so this may be sent again, and may be asked
   * for by several at once: they get the same.
   */
  refresh(): Promise<Token> {
    this.#refreshing ??= this.#ask(
      'post',
      '/auth/refresh',
      { timeoutMs: REFRESH_WITHIN_MS },
      Math.min(1, this.#retries),
    )
      .then(({ body }) => {
        const exchanged = body as Token
        this.setToken(exchanged.token)
        return exchanged
      })
      .finally(() => {
        this.#refreshing = undefined
      })
    return this.#refreshing
  }

  /** Open the app's socket. It comes back by itself until it is closed or has to stop. Throws when nobody is signed in. */
  live(options: LiveOptions = {}): Live {
    if (this.#token === null) throw new Error('Nobody is signed in.')
    const { clock, random } = this.#wires
    const own = socketAddress(trimmed(this.#options.url)) + socket.path
    const live: Live = new Live(options, {
      addresses: [...new Set([options.url ?? own, own])],
      Socket: this.#options.WebSocket ?? ownWebSocket(),
      clock,
      random,
      token: () => this.#token,
      onSignedOut: (token, error) => this.#signedOut(token, error),
      onClosed: () => this.#lives.delete(live),
    })
    this.#lives.add(live)
    return live
  }

  async #give<M extends Method, P extends Path<M>>(method: M, path: P, options?: CallOptions): Promise<Gives<M, P>> {
    const { body } = await this.#ask(method, path, options)
    return body as Gives<M, P>
  }

  async #ask(method: Method, path: string, options: Partial<Asked> = {}, retries?: number): Promise<Answer> {
    const key = method === 'post' && keyed.has(path) ? (options.idempotencyKey ?? newKey()) : undefined
    const mayRepeat = method === 'get' || key !== undefined
    let shown: string | null = null
    const token = (): string | null => {
      shown = this.#token
      return shown
    }
    try {
      return await send(
        { ...this.#wires, token },
        {
          ...options,
          method: method.toUpperCase(),
          path,
          idempotencyKey: key,
          retries: retries ?? (mayRepeat ? this.#retries : 0),
        },
      )
    } catch (error) {
      if (error instanceof KadoinkError && error.status === 401 && error.code === 'unauthorized') {
        this.#signedOut(shown, error)
      }
      throw error
    }
  }

  /** A token is not good any more. One that was exchanged meanwhile is no news. */
  #signedOut(token: string | null, error: KadoinkError): void {
    if (token === null || token !== this.#token) return
    this.setToken(null)
    this.#options.onSignedOut?.(error)
  }
}

/** Two tries and the pause between them must fit into the minute that the old token works. */
const REFRESH_WITHIN_MS = 10_000

/** RFC 9562, version 4. `crypto.randomUUID` is not there on pages without https. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

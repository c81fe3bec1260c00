import { addressOf, type Values } from './addresses.ts'
import { type Answer, readAnswer } from './answers.ts'
import type { Clock } from './clock.ts'
import { KadoinkError, KadoinkNetworkError, KadoinkTimeoutError } from './errors.ts'
import type { CallOptions } from './operations.ts'
import { pauseAfter } from './pauses.ts'

/** A request, before it is known whose it is. */
export interface Asked extends CallOptions {
  readonly method: string
  /** As the reference writes it, with its parameters in braces. */
  readonly path: string
  readonly params?: Values | undefined
  readonly query?: Values | undefined
  readonly body?: unknown
  readonly idempotencyKey?: string | undefined
  /** How often it may be sent again after a failure that says nothing about it: 0 unless that does no harm. */
  readonly retries: number
}

/** What sending takes. */
export interface Wires {
  readonly base: string
  readonly fetch: typeof fetch
  readonly clock: Clock
  readonly random: () => number
  /** The token as it is now; each try asks for it. */
  readonly token: () => string | null
}

/** Uploads take as long as the line needs. */
const TIMEOUT_MS = { json: 15_000, upload: 300_000 }

/**
 * Send a request, again after a pause where that is allowed. Throws `KadoinkError`, `KadoinkNetworkError`,
 * `KadoinkTimeoutError`, or the reason of the caller's signal.
 */
export async function send(wires: Wires, asked: Asked): Promise<Answer> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt(wires, asked)
    } catch (error) {
      const pauseMs = failures < asked.retries ? pauseAfter(error, failures, wires.random) : undefined
      if (pauseMs === undefined) throw error
      await pause(wires.clock, pauseMs, asked.signal)
    }
  }
}

async function attempt(wires: Wires, asked: Asked): Promise<Answer> {
  const { signal, timeoutMs = isJson(asked.body) ? TIMEOUT_MS.json : TIMEOUT_MS.upload } = asked
  signal?.throwIfAborted()
  const address = addressOf(wires.base, asked.path, asked.params, asked.query)
  const cut = new AbortController()
  const giveUp = (): void => cut.abort()
  let isLate = false
  const onTime = wires.clock.after(timeoutMs, () => {
    isLate = true
    cut.abort()
  })
  signal?.addEventListener('abort', giveUp)
  try {
    return await readAnswer(await wires.fetch(address, requestOf(asked, wires.token(), cut.signal)))
  } catch (error) {
    if (error instanceof KadoinkError) throw error
    signal?.throwIfAborted()
    const name = `${asked.method} ${asked.path}`
    if (isLate) throw new KadoinkTimeoutError(`${name} was not answered within ${timeoutMs} ms.`, { cause: error })
    throw new KadoinkNetworkError(`${name} got no answer.`, { cause: error })
  } finally {
    onTime()
    signal?.removeEventListener('abort', giveUp)
  }
}

function requestOf({ method, body, idempotencyKey }: Asked, token: string | null, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (token !== null) headers.Authorization = `Bearer ${token}`
  if (idempotencyKey !== undefined) headers['Idempotency-Key'] = idempotencyKey
  if (body === undefined) return { method, headers, signal, credentials: 'omit' }
  // A form says by itself where its parts end.
  if (!isJson(body)) return { method, headers, signal, credentials: 'omit', body: body as FormData | Blob }
  headers['Content-Type'] = 'application/json'
  return { method, headers, signal, credentials: 'omit', body: JSON.stringify(body) }
}

function isJson(body: unknown): boolean {
  return !(body instanceof FormData || body instanceof Blob)
}

function pause(clock: Clock, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      callOff()
      reject(signal?.reason)
    }
    const callOff = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', giveUp)
      resolve()
    })
    if (signal?.aborted) giveUp()
    else signal?.addEventListener('abort', giveUp, { once: true })
  })
}

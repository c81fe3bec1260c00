import type { IncomingMessage, ServerResponse } from 'node:http'

/** How long a client may take to send a body. */
export interface Patience {
  /** A body that is here within this time may come as slowly as it likes. */
  readonly wholeMs: number
  /** Beyond that time it must have come at this rate, from its beginning. */
  readonly bytesPerSecond: number
  /** And at no time may nothing come for so long. */
  readonly quietMs: number
  /** Once it is refused, the rest of it is read and dropped for so long. */
  readonly refusedMs: number
}

/** Half a minute for everything; a photo of 5 MB over a poor line may take five. */
export const PATIENCE: Patience = { wholeMs: 30_000, bytesPerSecond: 16 * 1024, quietMs: 20_000, refusedMs: 10_000 }

const deadlines = new WeakMap<IncomingMessage, NodeJS.Timeout>()

/**
 * Cut a client off whose body is not here in time, as Node's `requestTimeout` does, unless `keepPace` watches over it by
 * then: Node has one time for all requests, and an upload needs more.
 */
export function limitTime(request: IncomingMessage, response: ServerResponse, { wholeMs } = PATIENCE): void {
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) return
  const timer = setTimeout(() => {
    if (request.complete) return
    if (!response.headersSent) request.socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
    request.socket.destroy()
  }, wholeMs)
  timer.unref()
  deadlines.set(request, timer)
  request.once('close', () => clearTimeout(timer))
}

/** Watch over the rate at which a body comes, instead of a deadline; `onSlow` is called once. Call what it gives to stop. */
export function keepPace(request: IncomingMessage, onSlow: () => void, patience: Patience = PATIENCE): () => void {
  clearTimeout(deadlines.get(request))
  const startedAt = performance.now()
  let heardAt = startedAt
  let bytes = 0
  const hear = (chunk: Buffer) => {
    heardAt = performance.now()
    bytes += chunk.length
  }
  const timer = setInterval(
    () => {
      const now = performance.now()
      const isLate = now - startedAt > patience.wholeMs
      const isSlow = isLate && bytes < (patience.bytesPerSecond * (now - startedAt)) / 1000
      if (!isSlow && now - heardAt <= patience.quietMs) return
      stop()
      onSlow()
    },
    Math.min(1000, patience.quietMs / 4),
  )
  const stop = () => {
    clearInterval(timer)
    request.off('data', hear)
  }
  request.on('data', hear)
  return stop
}

const DISCARDED_BYTES = 32 * 1024 * 1024

/**
 * Read the rest of a body that was refused and drop it, so that the client gets to read the refusal: a connection that
 * is closed while it still sends is reset, and the answer with it. One that goes on for too long is cut off.
 */
export function discard(request: IncomingMessage, { refusedMs } = PATIENCE): void {
  if (request.complete || request.destroyed) return
  let bytes = 0
  const cut = () => request.socket.destroy()
  const timer = setTimeout(cut, refusedMs)
  request
    .on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > DISCARDED_BYTES) cut()
    })
    .once('close', () => clearTimeout(timer))
    .on('error', () => {})
    .resume()
}

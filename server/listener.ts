import { createServer, type RequestListener, type Server } from 'node:http'
import { limitTime, PATIENCE } from '#kit/pace'

/** Bodies have their own times (`limitTime`, `keepPace`); whatever slips through those is over after so long. */
const LONGEST_REQUEST_MS = 15 * 60_000

/** A bound port. */
export interface Listener {
  readonly server: Server
  readonly port: number
  /** From now on, requests are answered by this. */
  answerWith(listener: RequestListener): void
  /** Take no new connection, finish the requests in hand. */
  drain(): Promise<void>
}

/**
 * Bind the port first of all: a platform that looks for it finds it, and `/health` answers, while the rest is still
 * being brought up; everything else is told to come back. Rejects with a sentence when the port is taken, which `name` says
 * how to change.
 */
export async function openPort(
  host: string,
  port: number,
  { patience = PATIENCE, name = 'PORT' } = {},
): Promise<Listener> {
  let answer: RequestListener = notYet
  let isDraining = false
  const server = createServer({ requireHostHeader: true, connectionsCheckingInterval: 5_000 }, (request, response) => {
    // Node keeps a connection that was busy at `close` until its keep-alive time is over.
    response.once('close', () => isDraining && setImmediate(() => server.closeIdleConnections()))
    limitTime(request, response, patience)
    answer(request, response)
  })
  server.headersTimeout = 10_000
  server.requestTimeout = LONGEST_REQUEST_MS
  server.keepAliveTimeout = 65_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explained(error, port, name)))
    server.listen(port, host, resolve)
  })
  const address = server.address()
  return {
    server,
    port: typeof address === 'object' && address !== null ? address.port : port,
    answerWith: (listener) => {
      answer = listener
    },
    drain: () =>
      new Promise((resolve) => {
        isDraining = true
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}

const notYet: RequestListener = (request, response) => {
  const isAlive = request.url === '/health' || request.url === '/healthz'
  response.writeHead(isAlive ? 200 : 503, { 'Content-Type': 'application/json', 'Retry-After': '2' })
  response.end(
    JSON.stringify(
      isAlive
        ? { status: 'ok' }
        : { error: { code: 'unavailable', message: 'Starting. Try again shortly.', fields: {} } },
    ),
  )
}

function explained(error: Error, port: number, name: string): Error {
  const isTaken = 'code' in error && error.code === 'EADDRINUSE'
  return isTaken ? new Error(`Port ${port} is taken. Set ${name} to another one.`, { cause: error }) : error
}

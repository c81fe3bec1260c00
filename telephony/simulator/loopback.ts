import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const LARGEST_BODY_BYTES = 1_000_000

/** More than a megabyte. */
class BodyTooLarge extends Error {}

/** An HTTP server that only this machine can reach. */
export interface LoopbackServer {
  readonly url: string
  /** Stop, and cut every connection. */
  close(): Promise<void>
}

/** Listen on 127.0.0.1; port 0 takes a free one. A body that is too large is answered 413, a handler that fails 500. */
export async function listenOnLoopback(
  port: number,
  handle: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
): Promise<LoopbackServer> {
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.headersSent) outgoing.statusCode = error instanceof BodyTooLarge ? 413 : 500
      outgoing.end()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => closeServer(server) }
}

/** The whole body as text; rejects above 1 MB. */
export async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_BODY_BYTES) throw new BodyTooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Whether a request names this machine as what it is, and not by a name of the web that was made to lead here. */
export function namesLoopback({ headers }: IncomingMessage): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '')
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

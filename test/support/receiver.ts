import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request that has come. */
export interface Heard {
  readonly path: string
  readonly id: string
  readonly signature: string
  readonly body: string
}

/** The server of a project on loopback, which is told what has become of messages. */
export class Receiver {
  /** Oldest first. */
  readonly heard: Heard[] = []
  /** How it answers; 200 until a test says otherwise. */
  answer: (request: IncomingMessage, response: ServerResponse) => void = takes
  readonly #server: Server

  constructor() {
    this.#server = createServer(async (request, response) => {
      const { headers, url: path = '' } = request
      let body = ''
      for await (const more of request.setEncoding('utf8')) body += more
      const [id, signature] = [String(headers['x-callback-id']), String(headers['x-callback-signature'])]
      this.heard.push({ path, id, signature, body })
      this.answer(request, response)
    })
  }

  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** What `EGRESS_ALLOW` must name. */
  get place(): string {
    return `127.0.0.1:${this.port}`
  }

  /** An address here. */
  at(path = '/hook'): string {
    return `http://${this.place}${path}`
  }

  /** Answer as usual, and forget what has come. */
  reset(): void {
    this.answer = takes
    this.heard.length = 0
  }
}

function takes(_: IncomingMessage, response: ServerResponse): void {
  response.end('ok')
}

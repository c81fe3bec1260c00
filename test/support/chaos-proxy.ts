import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/**
 * What may befall a connection: it is reset (RST) or ended (FIN) on both sides, falls silent without a word, is gone for
 * the client while the server still believes in it, or passes on a little at a time.
 */
export const AILMENTS = ['reset', 'end', 'silence', 'half-open', 'slow'] as const
export type Ailment = (typeof AILMENTS)[number]

/** What a slow connection passes on at once, and how long it rests then. */
const TRICKLE_BYTES = 64
const TRICKLE_MS = 5

/** A connection through the proxy. */
class Passage {
  readonly #client: Socket
  readonly #server: Socket

  constructor(client: Socket, server: Socket) {
    this.#client = client
    this.#server = server
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.setNoDelay(true)
      from.on('error', () => {})
      from.on('data', (bytes) => void to.write(bytes))
      from.on('end', () => to.end())
      from.on('close', () => to.destroy())
    }
  }

  befall(ailment: Ailment): void {
    const both = [this.#client, this.#server]
    if (ailment === 'reset') for (const side of both) side.resetAndDestroy()
    if (ailment === 'end') for (const side of both) side.end()
    if (ailment === 'silence') this.#part()
    if (ailment === 'half-open') {
      this.#part()
      this.#client.resetAndDestroy()
    }
    if (ailment === 'slow') this.#slowDown()
  }

  destroy(): void {
    this.#client.destroy()
    this.#server.destroy()
  }

  /** Nothing is read any more, and neither side hears of the other's end. */
  #part(): void {
    for (const side of [this.#client, this.#server]) {
      for (const event of ['data', 'end', 'close']) side.removeAllListeners(event)
      side.pause()
    }
  }

  #slowDown(): void {
    this.#server.removeAllListeners('data')
    this.#server.on('data', (bytes: Buffer) => {
      this.#server.pause()
      const trickle = (from: number): void => {
        if (this.#client.destroyed) return
        this.#client.write(bytes.subarray(from, from + TRICKLE_BYTES))
        const next = from + TRICKLE_BYTES
        setTimeout(() => (next < bytes.length ? trickle(next) : this.#server.resume()), TRICKLE_MS).unref()
      }
      trickle(0)
    })
  }
}

/** A bad network in front of a port: TCP connections go through it, and things befall them. */
export class ChaosProxy {
  readonly port: number
  readonly #server: Server
  readonly #passages: ReadonlyMap<number, Passage>

  private constructor(server: Server, passages: ReadonlyMap<number, Passage>) {
    this.#server = server
    this.#passages = passages
    this.port = (server.address() as AddressInfo).port
  }

  /** Stand in front of a port of this machine, asked for anew for each connection. */
  static async before(port: number | (() => number)): Promise<ChaosProxy> {
    const passages = new Map<number, Passage>()
    const server = createServer((client) => {
      const key = client.remotePort ?? 0
      passages.set(key, new Passage(client, connect(typeof port === 'number' ? port : port(), '127.0.0.1')))
      client.on('close', () => passages.delete(key))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new ChaosProxy(server, passages)
  }

  /** Let something befall the connection that comes from this port of its client. */
  befall(clientPort: number, ailment: Ailment): void {
    this.#passages.get(clientPort)?.befall(ailment)
  }

  async close(): Promise<void> {
    for (const passage of this.#passages.values()) passage.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

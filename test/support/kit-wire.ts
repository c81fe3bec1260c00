import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Write bytes to a port and read until the other side closes; for requests that no client would send. */
export async function exchange(url: string, ...lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let heard = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    heard += chunk
  })
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  await once(socket, 'close')
  return heard
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

/** A way to a server that can be cut, and mended. */
export class Way {
  readonly #to: URL
  readonly #sockets = new Set<Socket>()
  #port = 0
  #server: Server | undefined

  private constructor(to: URL) {
    this.#to = to
  }

  /** A way to this address that is cut, or open. */
  static async to(url: string, { isOpen = true } = {}): Promise<Way> {
    const way = new Way(new URL(url))
    way.#port = await freePort()
    if (isOpen) await way.mend()
    return way
  }

  /** The address with this way in it. */
  get url(): string {
    const url = new URL(this.#to)
    url.hostname = '127.0.0.1'
    url.port = String(this.#port)
    return url.href
  }

  async mend(): Promise<void> {
    if (this.#server) return
    this.#server = createServer((near) => {
      const far = connect(Number(this.#to.port), this.#to.hostname)
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one)
        one.on('error', () => {})
        one.on('close', () => {
          this.#sockets.delete(one)
          other.destroy()
        })
        one.pipe(other)
      }
    }).listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async cut(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    server.close()
    for (const socket of this.#sockets) socket.destroy()
    await once(server, 'close')
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

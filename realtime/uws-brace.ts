import type { HttpResponse, TemplatedApp, WebSocket } from 'uWebSockets.js'
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

/**
 * A connection of the server with itself, in whose cork handshakes are accepted.
 *
 * The native code of this version must not upgrade a response inside the response's own cork: when the connection stays
 * where it was in memory, it is taken for a response still after the cork, its state is read as such, and now and then
 * it is closed (seen with one in twenty). Outside of any cork it works, but writes a warning each time. Inside another
 * connection's cork a response is not corked at all and nothing is warned of; so there is always another connection.
 */
export class Brace {
  readonly #path = `/${randomBytes(16).toString('hex')}`
  #native: WebSocket<unknown> | undefined
  #socket: Socket | undefined
  #opened: (() => void) | undefined

  constructor(app: TemplatedApp) {
    app.ws(this.#path, {
      // 0: however long nothing is said.
      idleTimeout: 0,
      upgrade: (response, request, context) => {
        response.upgrade({}, request.getHeader('sec-websocket-key'), '', '', context)
      },
      open: (native) => {
        this.#native = native
        this.#opened?.()
      },
      close: () => {
        this.#native = undefined
      },
    })
  }

  /** Connect to the port that the app listens on; resolves when the connection stands. */
  async connect(host: string, port: number): Promise<void> {
    const stands = new Promise<void>((resolve) => {
      this.#opened = resolve
    })
    this.#socket = connect(port, host === '0.0.0.0' ? '127.0.0.1' : host)
    this.#socket.on('error', () => {})
    this.#socket.unref()
    const key = randomBytes(16).toString('base64')
    this.#socket.write(
      `GET ${this.#path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    )
    await stands
  }

  /** Do what writes an upgrade. */
  hold(response: HttpResponse, upgrade: () => void): void {
    if (this.#native) this.#native.cork(() => response.cork(upgrade))
    else response.cork(upgrade)
  }

  close(): void {
    this.#socket?.destroy()
  }
}

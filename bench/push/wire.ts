import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

/** How to come in: what the server wants to hear before it tells us anything. */
export type Manner = 'plain' | 'kadoink' | 'socket.io'

/** Payloads below this are greetings and heartbeats; what is measured is longer. */
const SHORT = 200

const TEXT = 1
const PING = 9
const PONG = 10

/**
 * One client, as little of one as possible, the same for every server: the handshake by hand, headers of frames read,
 * payloads looked into only until it is in. What clients cost is taken from the machine that the servers run on.
 */
export class WireClient {
  /** Frames heard that were measured. */
  frames = 0
  /** When the last of them came; milliseconds of the machine's clock. */
  lastAt = 0
  onFrame: () => void = () => {}
  readonly #socket: Socket
  readonly #manner: Manner
  #rest: Buffer | undefined
  #isIn = false
  #isUpgraded = false
  #enter: () => void = () => {}
  #fail: (error: Error) => void = () => {}

  constructor(socket: Socket, manner: Manner) {
    this.#socket = socket
    this.#manner = manner
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('The server closed the connection.')))
  }

  /** Connect and come in; `token` goes into the handshake where there is one. Rejects when the server does not let us. */
  static enter(address: URL, manner: Manner, token?: string): Promise<WireClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(address.port), address.hostname)
      const client = new WireClient(socket, manner)
      client.#enter = () => {
        client.#isIn = true
        resolve(client)
      }
      client.#fail = reject
      socket.write(
        `GET ${address.pathname}${address.search} HTTP/1.1\r\nHost: ${address.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n` +
          (manner === 'kadoink' ? 'Sec-WebSocket-Protocol: kadoink.v1\r\n' : '') +
          (token === undefined ? '' : `Authorization: Bearer ${token}\r\n`) +
          '\r\n',
      )
    })
  }

  /** Forget what was heard. */
  reset(): void {
    this.frames = 0
  }

  close(): void {
    this.#fail = () => {}
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    let data = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk])
    this.#rest = undefined
    if (!this.#isUpgraded) {
      const end = data.indexOf('\r\n\r\n')
      if (end === -1) {
        this.#rest = data
        return
      }
      if (!data.toString('latin1', 0, end).startsWith('HTTP/1.1 101')) {
        this.#fail(new Error(data.toString('latin1', 0, 200)))
        return
      }
      this.#isUpgraded = true
      data = data.subarray(end + 4)
      if (this.#manner === 'plain') this.#enter()
    }
    this.#readFrames(data)
  }

  #readFrames(data: Buffer): void {
    let at = 0
    while (data.length - at >= 2) {
      const short = (data[at + 1] ?? 0) & 0x7f
      const head = short < 126 ? 2 : short === 126 ? 4 : 10
      if (data.length - at < head) break
      const length =
        short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2))
      if (data.length - at < head + length) break
      this.#take((data[at] ?? 0) & 0x0f, data, at + head, length)
      at += head + length
    }
    if (at < data.length) this.#rest = data.subarray(at)
  }

  #take(kind: number, data: Buffer, start: number, length: number): void {
    if (kind === PING) this.#say(PONG, data.subarray(start, start + length))
    else if (kind === TEXT && this.#isIn && length >= SHORT) {
      this.frames++
      this.lastAt = now()
      this.onFrame()
    } else if (kind === TEXT && length < SHORT * 4) this.#greet(data.toString('utf8', start, start + length))
  }

  #greet(text: string): void {
    if (this.#manner === 'kadoink') {
      if (text.includes('"type":"ready"')) this.#tell('{"type":"hello","id":1,"topics":["tags"]}')
      else if (text.includes('"type":"live"')) this.#enter()
    } else if (text.startsWith('40')) this.#enter()
    else if (text.startsWith('0')) this.#tell('40')
    else if (text === '2') this.#tell('3')
  }

  #tell(text: string): void {
    this.#say(TEXT, Buffer.from(text))
  }

  /** A masked frame, as RFC 6455 wants them of clients; the mask is zero, which changes nothing. */
  #say(kind: number, payload: Buffer): void {
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | kind, 0x80 | payload.length, 0, 0, 0, 0]), payload]))
  }
}

/** Milliseconds of a clock that all processes of this machine share. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

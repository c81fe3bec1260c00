import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import type { Admitted, Refusal } from './admission.ts'
import { type Close, closes } from './closes.ts'
import type { Door, DoorOptions } from './door.ts'
import type { Handshake } from './handshake.ts'
import { Lane, Lanes, type Parcel } from './lanes.ts'
import type { Manner, Socket, SocketHandler } from './socket.ts'
import { COMPRESS_FROM, Frame } from './ws-frame.ts'

/** ws counts a frame as it comes over the wire too, where what cannot be compressed is a little larger than it is. */
const DEFLATE_SPARE_BYTES = 1_024

/**
 * The door on PORT: answers the upgrades of an HTTP server through the `ws` package. Texts are framed here, once per
 * publish, and written to each connection as they are; `ws` reads, and speaks the control frames, which it never
 * compresses and therefore writes at once and in order.
 */
export class WsDoor implements Door {
  readonly #options: DoorOptions
  readonly #acceptor: WebSocketServer
  readonly #detach: (() => void)[] = []
  readonly #lanes = new Lanes<Frame, WsLane>((number) => new WsLane(number))
  /** How many requests of a connection have no answer yet. */
  readonly #unanswered = new WeakMap<Duplex, number>()

  constructor(options: DoorOptions) {
    this.#options = options
    const acceptorOptions: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      maxPayload: options.limits.frameBytes + DEFLATE_SPARE_BYTES,
      closeTimeout: options.limits.closeWithinMs,
      perMessageDeflate: {
        threshold: COMPRESS_FROM,
        // Compressed frames are shared by all, so each stands alone.
        serverNoContextTakeover: true,
      },
    }
    this.#acceptor = new WebSocketServer(acceptorOptions)
  }

  /** Answer a server's upgrades, all of them. */
  attach(server: Server): void {
    const count = ({ socket }: IncomingMessage, response: ServerResponse): void => {
      this.#unanswered.set(socket, this.#unansweredOn(socket) + 1)
      response.once('close', () => this.#unanswered.set(socket, this.#unansweredOn(socket) - 1))
    }
    const answer = (request: IncomingMessage, connection: Duplex, head: Buffer): void => {
      // node:http tells of it at once; whatever is said now would stand before the answers to earlier requests.
      if (this.#unansweredOn(connection) > 0) connection.destroy()
      else void this.#answer(request, connection, head)
    }
    this.#detach.push(() => server.off('request', count).off('upgrade', answer))
    server.on('request', count).on('upgrade', answer)
  }

  publish(subject: string, text: string, isTransient: boolean): void {
    if (!this.#lanes.has(subject)) return
    this.#lanes.publish({ subject, load: new Frame(text), letters: text.length, isTransient })
  }

  close(): void {
    this.#lanes.close()
    for (const detach of this.#detach) detach()
    for (const client of this.#acceptor.clients) client.terminate()
    this.#acceptor.close()
  }

  async #answer(request: IncomingMessage, connection: Duplex, head: Buffer): Promise<void> {
    // Until ws has taken over, an error of the connection has no other listener.
    const ignore = (): void => {}
    connection.on('error', ignore)
    const handshake = handshakeOf(request)
    try {
      const admitted = await this.#options.admission.admit(handshake)
      if (connection.destroyed) return
      connection.off('error', ignore)
      // ws takes what is offered: the one sub-protocol and the one extension that were admitted.
      offer(request, 'sec-websocket-protocol', admitted.protocol)
      offer(request, 'sec-websocket-extensions', admitted.takesDeflate ? 'permessage-deflate' : undefined)
      this.#acceptor.handleUpgrade(request, connection, head, (client) => this.#welcome(admitted, client, connection))
    } catch (error) {
      refuse(connection, this.#options.admission.refuse(handshake, error))
    }
  }

  #unansweredOn(connection: Duplex): number {
    return this.#unanswered.get(connection) ?? 0
  }

  #welcome(admitted: Admitted, client: WebSocket, connection: Duplex): void {
    const socket = new WsSocket(client, connection, this.#lanes, this.#options)
    // Each listener knows the handler only once it is there; ws tells nothing before this turn is over.
    const handler = this.#options.open(admitted, socket)
    socket.listen(handler)
  }
}

/** Sockets of `ws` that are told together. */
class WsLane extends Lane<Frame> {
  readonly #rooms = new Map<string, Set<WsSocket>>()

  enter(subject: string, socket: WsSocket): void {
    const room = this.#rooms.get(subject)
    if (room) room.add(socket)
    else this.#rooms.set(subject, new Set([socket]))
  }

  exit(subject: string, socket: WsSocket): void {
    const room = this.#rooms.get(subject)
    room?.delete(socket)
    if (room?.size === 0) this.#rooms.delete(subject)
  }

  putOut(parcels: readonly Parcel<Frame>[]): void {
    if (parcels.length === 1) this.#tell(parcels[0], () => {})
    else this.#tellTogether(parcels)
  }

  /** Several frames to one socket are one write. */
  #tellTogether(parcels: readonly Parcel<Frame>[]): void {
    const corked = new Set<WsSocket>()
    for (const parcel of parcels) {
      this.#tell(parcel, (socket) => {
        if (corked.has(socket)) return
        corked.add(socket)
        socket.cork()
      })
    }
    for (const socket of corked) socket.uncork()
  }

  #tell(parcel: Parcel<Frame> | undefined, before: (socket: WsSocket) => void): void {
    const room = parcel && this.#rooms.get(parcel.subject)
    if (!room) return
    for (const socket of room) {
      before(socket)
      socket.write(parcel.load, parcel.isTransient)
    }
  }
}

/** A socket that came in through `ws`. */
class WsSocket implements Socket {
  readonly door = 'ws'
  readonly #client: WebSocket
  readonly #connection: Duplex
  readonly #lanes: Lanes<Frame, WsLane>
  readonly #lane: WsLane
  readonly #options: DoorOptions
  readonly #takesDeflate: boolean
  readonly #heartbeat: NodeJS.Timeout
  #joined = 0
  #isAlive = true
  #closeCode: number | undefined

  constructor(client: WebSocket, connection: Duplex, lanes: Lanes<Frame, WsLane>, options: DoorOptions) {
    this.#client = client
    this.#connection = connection
    this.#lanes = lanes
    this.#lane = lanes.seat()
    this.#options = options
    this.#takesDeflate = client.extensions.includes('permessage-deflate')
    this.#heartbeat = setInterval(() => this.#beat(), options.limits.pingMs).unref()
  }

  /** Tell a handler what comes. */
  listen(handler: SocketHandler): void {
    const client = this.#client
    client.on('message', (data: Buffer, isBinary) => {
      if (data.length > this.#options.limits.frameBytes) handler.receivedTooMuch()
      else handler.received(isBinary ? undefined : data.toString(), data)
    })
    client.on('pong', () => {
      this.#isAlive = true
    })
    // ws closes by itself after a breach of RFC 6455, with 1009 where a frame is too large.
    client.on('error', (error) => {
      if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') handler.receivedTooMuch()
    })
    client.on('close', (code) => {
      clearInterval(this.#heartbeat)
      this.#lane.sockets--
      // Who does not answer our close is told of as closed without a word; we know better.
      handler.closed(this.#closeCode ?? code)
    })
  }

  get buffered(): number {
    return this.#connection.writableLength
  }

  send(text: string, manner: Manner = 'in order'): void {
    if (this.#joined > 0 && manner === 'in order') this.#lanes.putOut(this.#lane)
    this.write(new Frame(text), manner === 'transient')
  }

  sendBytes(bytes: Uint8Array): void {
    this.write(new Frame(bytes), false)
  }

  /** Write a frame that is framed already. What is transient a client that is behind goes without. */
  write(frame: Frame, isTransient: boolean): void {
    if (this.#closeCode !== undefined || this.#client.readyState !== this.#client.OPEN) return
    const { bufferedBytes } = this.#options.limits
    if (this.buffered > bufferedBytes) this.close(closes.tooSlow)
    else if (!isTransient || this.buffered <= bufferedBytes / 4) this.#connection.write(frame.for(this.#takesDeflate))
  }

  /** Keep what is written until `uncork`. */
  cork(): void {
    this.#connection.cork()
  }

  uncork(): void {
    this.#connection.uncork()
  }

  join(subject: string): void {
    this.#lanes.join(this.#lane, subject)
    this.#lane.enter(subject, this)
    this.#joined++
  }

  leave(subject: string): void {
    this.#lanes.leave(this.#lane, subject)
    this.#lane.exit(subject, this)
    this.#joined--
  }

  drained(): Promise<void> {
    if (this.#connection.writableLength === 0 || this.#connection.destroyed) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        this.#connection.off('drain', done)
        this.#connection.off('close', done)
        resolve()
      }
      this.#connection.on('drain', done)
      this.#connection.on('close', done)
    })
  }

  close({ code, reason }: Close): void {
    if (this.#closeCode !== undefined) return
    this.#closeCode = code
    this.#client.close(code, reason)
  }

  #beat(): void {
    if (!this.#isAlive) this.#client.terminate()
    else this.#client.ping()
    this.#isAlive = false
  }
}

function handshakeOf(request: IncomingMessage): Handshake {
  const { rawHeaders } = request
  const headers: [string, string][] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.push([(rawHeaders[at] ?? '').toLowerCase(), rawHeaders[at + 1] ?? ''])
  }
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  const { httpVersion: version, method = '', socket } = request
  return { version, method, path, headers, peer: socket.remoteAddress ?? '' }
}

function offer({ headers }: IncomingMessage, name: string, value: string | undefined): void {
  if (value === undefined) delete headers[name]
  else headers[name] = value
}

function refuse(connection: Duplex, { status, headers, body }: Refusal): void {
  const lines = Object.entries({ ...headers, 'Content-Length': String(Buffer.byteLength(body)), Connection: 'close' })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n${head}\r\n${body}`)
}

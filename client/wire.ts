import type { Clock } from './clock.ts'
import type { ClientFrame, ServerFrame } from './frames.ts'
import { Pace } from './pace.ts'
import {
  letGo,
  onRefused,
  type RefusedHandshake,
  type SocketConstructor,
  type SocketLike,
  takesHeaders,
} from './socket.ts'

/** How a connection ended. */
export interface End {
  /** The close code; 1006 when there was none: the connection was cut, silent, or never came about. */
  readonly code: number
  readonly reason: string
  /** Whether the server had greeted. */
  readonly wasGreeted: boolean
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined
}

/** What a connection is made of. */
export interface WireOptions {
  readonly url: string
  readonly protocol: string
  readonly token: string
  readonly Socket: SocketConstructor
  readonly clock: Clock
  onFrame(frame: ServerFrame): void
  /** Comes once, unless the wire is closed from this side. */
  onEnd(end: End): void
}

/** How long the server may take to greet. It gives us as long to say who we are. */
const READY_WITHIN_MS = 10_000
/** How long a ping may go without an answer. */
const PONG_WITHIN_MS = 10_000
/** The server takes 30 frames in ten seconds; what is above waits, with room for what it counts differently. */
const FRAMES_PER_TEN_SECONDS = 24
/** Nothing was heard for so many of the server's heartbeats: ask whether it is there. */
const HEARTBEATS = 1.5

/** One connection, from the handshake to its end: says who we are, keeps to the pace, and notices when nobody is there. */
export class Wire {
  readonly #options: WireOptions
  readonly #socket: SocketLike
  readonly #pace: Pace
  #isOpen = false
  #isOver = false
  #heartbeatMs = 0
  #callOff: () => void = () => {}

  constructor(options: WireOptions) {
    const { url, protocol, token, Socket, clock } = options
    this.#options = options
    this.#pace = new Pace(clock, FRAMES_PER_TEN_SECONDS)
    const isByHeader = takesHeaders(Socket)
    const socket = isByHeader
      ? new Socket(url, [protocol], { headers: { Authorization: `Bearer ${token}` } })
      : new Socket(url, [protocol])
    this.#socket = socket
    socket.onopen = () => {
      this.#isOpen = true
      if (!isByHeader) this.say({ type: 'auth', token })
    }
    socket.onmessage = ({ data }) => this.#hear(data)
    // A close follows, which says more.
    socket.onerror = () => {}
    socket.onclose = ({ code, reason }) => this.#end({ code, reason: String(reason) })
    onRefused(socket, (response) => this.#end(refusalOf(response)))
    this.#callOff = clock.after(READY_WITHIN_MS, () => this.#end({ code: 1006, reason: 'The server did not greet.' }))
  }

  /** Say something, when its turn has come. */
  say(frame: ClientFrame): void {
    this.#pace.pass(() => {
      if (!this.#isOver) this.#socket.send(JSON.stringify(frame))
    })
  }

  /** Ask whether the server is there; without an answer the connection ends. */
  probe(): void {
    if (this.#heartbeatMs === 0 || this.#isOver) return
    this.say({ type: 'ping' })
    this.#watch(PONG_WITHIN_MS, () => this.#end({ code: 1006, reason: 'The server does not answer.' }))
  }

  /** Close from this side. */
  close(): void {
    if (this.#isOver) return
    this.#finish()
    this.#socket.onerror = this.#socket.onmessage = this.#socket.onclose = () => {}
    if (this.#isOpen) this.#socket.close(1000)
    else letGo(this.#socket)
  }

  #hear(data: unknown): void {
    if (this.#isOver) return
    const frame = parse(data)
    if (!frame) return
    if (frame.type === 'ready') this.#heartbeatMs = frame.heartbeat_seconds * 1000
    if (this.#heartbeatMs > 0) this.#watch(this.#heartbeatMs * HEARTBEATS, () => this.probe())
    if (frame.type !== 'pong') this.#options.onFrame(frame)
  }

  #watch(milliseconds: number, run: () => void): void {
    this.#callOff()
    this.#callOff = this.#options.clock.after(milliseconds, run)
  }

  #end(end: Omit<End, 'wasGreeted'>): void {
    if (this.#isOver) return
    this.#finish()
    letGo(this.#socket)
    this.#options.onEnd({ ...end, wasGreeted: this.#heartbeatMs > 0 })
  }

  #finish(): void {
    this.#isOver = true
    this.#callOff()
    this.#pace.stop()
  }
}

/** What a socket would be closed with, by the status that refuses its handshake. */
const CODES: Readonly<Record<number, number>> = { 401: 4401, 403: 4403 }

/** A refused handshake in the words of the protocol: the same refusals close a socket that is open already. */
function refusalOf({ statusCode = 0, headers }: RefusedHandshake): Omit<End, 'wasGreeted'> {
  const seconds = Number.parseInt(String(headers['retry-after'] ?? ''), 10)
  // A proxy that refuses knows nothing of the token, and does not say it in JSON.
  const isOurs = String(headers['content-type'] ?? '').startsWith('application/json')
  return {
    code: isOurs ? (CODES[statusCode] ?? 1006) : 1006,
    reason: `The handshake was answered ${statusCode}.`,
    retryAfterMs: Number.isNaN(seconds) ? undefined : seconds * 1000,
  }
}

/** A frame; undefined for what is none, which a newer server may have a use for. */
function parse(data: unknown): ServerFrame | undefined {
  if (typeof data !== 'string') return undefined
  try {
    return JSON.parse(data) as ServerFrame
  } catch {
    return undefined
  }
}

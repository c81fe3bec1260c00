import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { Signal } from '#kit/signal'
import type { Heard } from '#test/realtime-client'

/** How a follower reaches its server. */
export interface FollowerOptions {
  /** Asked for anew at each connection. */
  readonly url: () => string
  readonly protocol: string
  readonly token: string
  /** After so long without a word it asks whether anybody is there; after as long again it connects anew. */
  readonly patienceMs?: number
  readonly topics?: readonly string[]
}

/** An app as `docs/realtime.md` tells apps to be: comes back whenever it is cut off, resumes, and drops what it has heard. */
export class Follower {
  /** What it keeps, in the order in which it came. */
  readonly events: Heard[] = []
  /** Events dropped because their cursor was not beyond the last. */
  repeated = 0
  /** Times that it was told to begin afresh. */
  resyncs: string[] = []
  /** Times that it was live. */
  lives = 0
  /** With which code each connection was closed. */
  readonly closes: number[] = []
  readonly #options: FollowerOptions
  readonly #news = new Signal()
  #socket: WebSocket | undefined
  #timer: NodeJS.Timeout | undefined
  #heardAt = 0
  #isLive = false
  #isStopped = false
  #port = 0
  cursor: string | undefined

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#connect()
    const patience = options.patienceMs ?? 1_000
    this.#timer = setInterval(() => this.#lookAfter(patience), patience / 2)
  }

  get isLive(): boolean {
    return this.#isLive
  }

  /** The port that its connection comes from. */
  get port(): number {
    return this.#port
  }

  /** Wait until something is so; looked at whenever something was heard. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await this.#news.wait(1_000)
  }

  /** Stop reading; what comes waits on the way. */
  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    this.#socket?.resume()
  }

  stop(): void {
    this.#isStopped = true
    clearInterval(this.#timer)
    this.#socket?.terminate()
  }

  #connect(): void {
    const { url, protocol, token } = this.#options
    const headers = { authorization: `Bearer ${token}` }
    const socket = new WebSocket(url(), [protocol], { headers, perMessageDeflate: false })
    this.#socket = socket
    this.#heardAt = performance.now()
    socket.on('upgrade', (response: IncomingMessage) => {
      this.#port = response.socket.localPort ?? 0
    })
    socket.on('message', (data) => {
      this.#heardAt = performance.now()
      if (socket === this.#socket) this.#hear(JSON.parse(String(data)))
      this.#news.fire()
    })
    socket.on('error', () => {})
    socket.on('close', (code) => this.#closed(socket, code))
  }

  #closed(socket: WebSocket, code: number): void {
    this.closes.push(code)
    if (socket !== this.#socket) return
    this.#isLive = false
    this.#news.fire()
    // A little later each time, as apps do, so that they do not come all at once.
    if (!this.#isStopped) setTimeout(() => this.#isStopped || this.#connect(), 5 + 50 * Math.random())
  }

  #hear(frame: Heard): void {
    if (frame.type === 'ready') {
      const { topics } = this.#options
      this.#socket?.send(JSON.stringify({ type: 'hello', id: 1, cursor: this.cursor, topics }))
    }
    if (frame.type === 'resync') {
      this.resyncs.push(String(frame.reason))
      this.cursor = frame.cursor
    }
    if (frame.type === 'live') {
      this.#isLive = true
      this.lives++
      this.cursor ??= frame.cursor
    }
    if (frame.type !== 'event' || frame.cursor === undefined) return
    if (this.cursor !== undefined && frame.cursor <= this.cursor) {
      this.repeated++
      return
    }
    this.cursor = frame.cursor
    this.events.push(frame)
  }

  #lookAfter(patienceMs: number): void {
    const silentMs = performance.now() - this.#heardAt
    if (silentMs > 2 * patienceMs) {
      const old = this.#socket
      old?.terminate()
    } else if (silentMs > patienceMs && this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send('{"type":"ping"}')
    }
  }
}

import { once } from 'node:events'
import { WebSocket } from 'ws'

/** A frame as a client reads it. */
export interface Heard {
  readonly type: string
  readonly cursor: string
  readonly topic: string
  readonly event: string
  readonly data: Record<string, unknown>
  readonly error: { readonly code: string; readonly message: string; readonly fields: Record<string, string> }
  readonly [field: string]: unknown
}

/** How a client's socket ended. */
export interface Ended {
  readonly code: number
  readonly reason: string
}

/** How a client connects. */
export interface ClientOptions {
  readonly protocol?: string
  readonly headers?: Record<string, string>
  readonly autoPong?: boolean
}

/** An app with a socket: keeps all it hears, and waits for what it expects. */
export class Client {
  /** Everything heard so far. */
  readonly heard: Heard[] = []
  readonly ended: Promise<Ended>
  readonly socket: WebSocket
  #read = 0
  #wake: () => void = () => {}
  #end: Ended | undefined

  constructor(url: string, { protocol = 'test.v1', headers = {}, autoPong = true }: ClientOptions = {}) {
    this.socket = new WebSocket(url, [protocol], { headers, autoPong })
    this.socket.on('message', (data) => {
      this.heard.push(JSON.parse(String(data)))
      this.#wake()
    })
    this.socket.on('error', () => {})
    this.ended = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        this.#end = { code, reason: String(reason) }
        this.#wake()
        resolve(this.#end)
      })
    })
  }

  /** Wait until the handshake is over. */
  async opened(): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open')
    return this
  }

  say(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /** The next frame, in order. Rejects when the socket ends instead. */
  async next(): Promise<Heard> {
    for (;;) {
      const frame = this.heard[this.#read]
      if (frame) {
        this.#read++
        return frame
      }
      if (this.#end) throw new Error(`Closed with ${this.#end.code} while a frame was expected.`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The next frame of a type; frames before it are passed over. */
  async until(type: string, fits: (frame: Heard) => boolean = () => true): Promise<Heard> {
    for (;;) {
      const frame = await this.next()
      if (frame.type === type && fits(frame)) return frame
    }
  }

  /** Say hello and wait until the replay is over; the answer is the welcome. */
  async hello(hello: { cursor?: string; topics?: string[] } = {}): Promise<Heard> {
    this.say({ type: 'hello', id: 1, ...hello })
    const welcome = await this.until('welcome')
    await this.until('live')
    return welcome
  }

  /** Events heard so far. */
  get events(): Heard[] {
    return this.heard.filter(({ type }) => type === 'event')
  }

  /** The texts of the notes heard so far. */
  get notes(): unknown[] {
    return this.events.filter(({ event }) => event === 'inbox.note').map(({ data }) => data.text)
  }

  /** The cursor of the last frame that had one. */
  get cursor(): string {
    return this.heard.findLast((frame) => frame.cursor !== undefined)?.cursor ?? ''
  }

  /** Cut the connection as a lost network does. */
  async cut(): Promise<void> {
    this.socket.terminate()
    await this.ended
  }
}

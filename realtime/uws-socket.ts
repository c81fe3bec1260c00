import type { TemplatedApp, WebSocket } from 'uWebSockets.js'
import type { Admitted } from './admission.ts'
import { type Close, closes } from './closes.ts'
import { Lane, type Lanes, type Parcel } from './lanes.ts'
import type { Manner, Socket, SocketHandler } from './socket.ts'
import { COMPRESS_FROM } from './ws-frame.ts'

/** After so much was published to a lane, its sockets are looked over for those that do not keep up. */
const LOOK_OVER_BYTES = 65_536

/** What is kept with a native socket. */
export interface Attached {
  readonly admitted: Admitted
  socket?: UwsSocket
  handler?: SocketHandler
}

/** Sockets of uWebSockets.js that are told together: each subject is a native topic of the lane's own. */
export class UwsLane extends Lane<string> {
  readonly members = new Set<UwsSocket>()
  /** Those who do not keep up, as far as was seen. */
  readonly #slow = new Set<UwsSocket>()
  readonly #app: TemplatedApp
  readonly #cutDoomed: () => void
  #publishedBytes = 0

  constructor(number: number, app: TemplatedApp, cutDoomed: () => void) {
    super(number)
    this.#app = app
    this.#cutDoomed = cutDoomed
  }

  /** The native topic of a subject. */
  topicOf(subject: string): string {
    return `${this.number} ${subject}`
  }

  putOut(parcels: readonly Parcel<string>[]): void {
    this.#cutDoomed()
    for (const { subject, load, isTransient } of parcels) {
      this.#publishedBytes += load.length
      if (this.#publishedBytes > LOOK_OVER_BYTES) this.#lookOver()
      const topic = this.topicOf(subject)
      const spared = isTransient ? [...this.#slow].filter((socket) => socket.stepOut(topic)) : []
      this.#app.publish(topic, load, false, load.length > COMPRESS_FROM)
      for (const socket of spared) socket.stepBack(topic)
    }
  }

  /** A socket has taken what waited for it, or is gone. */
  keepsUp(socket: UwsSocket): void {
    this.#slow.delete(socket)
  }

  /** Find the sockets that do not keep up, and close those that the native code would drop a message for, without a word. */
  #lookOver(): void {
    this.#publishedBytes = 0
    for (const socket of this.members) if (!socket.closeIfSlow() && socket.isBehind) this.#slow.add(socket)
  }
}

/** A socket that came in through uWebSockets.js. The native object must not be touched once it is closed. */
export class UwsSocket implements Socket {
  readonly door = 'uws'
  /** The close code, once it is closed. */
  closedWith: number | undefined
  readonly #lanes: Lanes<string, UwsLane>
  readonly #lane: UwsLane
  readonly #bufferedBytes: number
  #native: WebSocket<Attached> | undefined
  #joined = 0
  #isMuted = false
  #waiting: (() => void)[] = []

  constructor(native: WebSocket<Attached>, lanes: Lanes<string, UwsLane>, bufferedBytes: number) {
    this.#native = native
    this.#lanes = lanes
    this.#lane = lanes.seat()
    this.#lane.members.add(this)
    this.#bufferedBytes = bufferedBytes
  }

  get buffered(): number {
    return this.#native?.getBufferedAmount() ?? 0
  }

  /** Whether so much waits that it is told no more than it must. */
  get isBehind(): boolean {
    return this.buffered > this.#bufferedBytes / 4
  }

  send(text: string, manner: Manner = 'in order'): void {
    if (this.#isMuted || this.closeIfSlow() || (manner === 'transient' && this.isBehind)) return
    if (this.#joined > 0 && manner === 'in order') this.#lanes.putOut(this.#lane)
    this.#native?.send(text, false, text.length > COMPRESS_FROM)
  }

  sendBytes(bytes: Uint8Array): void {
    if (!this.#isMuted && !this.closeIfSlow()) this.#native?.send(bytes, true, bytes.length > COMPRESS_FROM)
  }

  join(subject: string): void {
    if (!this.#native) return
    this.#lanes.join(this.#lane, subject)
    this.#native.subscribe(this.#lane.topicOf(subject))
    this.#joined++
  }

  leave(subject: string): void {
    // The native code forgets the topics of a closed socket by itself, and may be telling of the close from within a publish.
    if (!this.#native) {
      this.#lanes.drop(this.#lane, subject)
      return
    }
    this.#lanes.leave(this.#lane, subject)
    this.#native.unsubscribe(this.#lane.topicOf(subject))
    this.#joined--
  }

  /** Do not hear the next text of a topic; false when it would not hear it anyway. */
  stepOut(topic: string): boolean {
    return this.#native?.isSubscribed(topic) === true && this.#native.unsubscribe(topic)
  }

  /** Hear a topic again. */
  stepBack(topic: string): void {
    this.#native?.subscribe(topic)
  }

  drained(): Promise<void> {
    if (this.buffered === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  close({ code, reason }: Close): void {
    this.#native?.end(code, reason)
  }

  /** Close when too much waits for the client. */
  closeIfSlow(): boolean {
    if (this.buffered <= this.#bufferedBytes) return false
    this.close(closes.tooSlow)
    return true
  }

  onDrain(): void {
    if (this.isBehind) return
    this.#lane.keepsUp(this)
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Say no more. */
  mute(): void {
    this.#isMuted = true
  }

  /** Cut the connection without a word. */
  cut(): void {
    this.#native?.close()
  }

  onClosed(code: number): void {
    this.closedWith = code
    this.#native = undefined
    this.#lane.sockets--
    this.#lane.members.delete(this)
    this.#lane.keepsUp(this)
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

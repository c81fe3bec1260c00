import type { Clock } from './clock.ts'
import { Delivery, type Handlers } from './delivery.ts'
import { KadoinkError } from './errors.ts'
import type { AnyTopic, LiveEvent, ServerFrame, Snapshot } from './frames.ts'
import { type Backoff, jitter } from './pauses.ts'
import { socket, type Topic } from './reference.ts'
import type { SocketConstructor } from './socket.ts'
import { Topics, type WatchOptions } from './topics.ts'
import { type End, Wire } from './wire.ts'

/** What a live connection is doing: `waiting` is the pause before the next try. */
export type LiveState = 'connecting' | 'replaying' | 'live' | 'waiting' | 'stopped'

/** Why a live connection has stopped, and does not come back by itself. */
export interface Stop {
  /** 4401: sign in. 4403: go to the gate. 4409: a newer socket of the same user took its place. 4400, 1009: mend the app. */
  readonly code: number
  readonly reason: string
}

/** What an app says about its live connection. */
export interface LiveOptions extends Handlers {
  /** Where sockets are answered best: `realtime.url` of `GET /home`. The server's own address is the second way in. */
  readonly url?: string
  /** The own topics to watch, beside `account`; all of them when this is left out. */
  readonly topics?: readonly Topic[]
  /** The cursor that `onCursor` gave last, or that came with the state. Without one, `onResync` is called at the start. */
  readonly cursor?: string | null
  readonly onState?: (state: LiveState) => void
  /** It has stopped, and does not come back by itself. Not called after `close`. */
  readonly onStop?: (stop: Stop) => void
}

/** What a live connection needs of its client. */
export interface LiveGround {
  /** Where sockets are answered, in order of preference. */
  readonly addresses: readonly string[]
  readonly Socket: SocketConstructor
  readonly clock: Clock
  readonly random: () => number
  readonly token: () => string | null
  /** The server does not take this token. */
  onSignedOut(token: string, error: KadoinkError): void
  onClosed(): void
}

const RECONNECTS: Backoff = { firstMs: 1_000, longestMs: 30_000 }
/** A connection that was live for so long has proved that the way is good. */
const STABLE_MS = 10_000
/** After so many failed handshakes, the next address is tried. */
const FAILURES_PER_ADDRESS = 2
const TOO_MANY_FRAMES_WAIT_MS = 30_000
/** After these, coming back would change nothing. */
const FINAL: ReadonlySet<number> = new Set([1009, 4400, 4401, 4403, 4409])
const HELLO = 0

/**
 * The socket of an app, over as many connections as it takes: it resumes where it was, comes back by itself, and tells
 * everything once and in order.
 */
export class Live {
  readonly #options: LiveOptions
  readonly #ground: LiveGround
  readonly #delivery: Delivery
  readonly #topics: Topics
  #state: LiveState = 'waiting'
  #wire: Wire | undefined
  /** The token that the present connection showed. */
  #shown = ''
  #failures = 0
  #addressIndex = 0
  #failedHandshakes = 0
  #liveSince: number | undefined
  #byeMs: number | undefined
  #callOff: () => void = () => {}

  constructor(options: LiveOptions, ground: LiveGround) {
    const { clock, random } = ground
    this.#options = options
    this.#ground = ground
    this.#delivery = new Delivery({ ...options, cursor: options.cursor ?? null, clock, random })
    this.#topics = new Topics(options.topics, (run) => this.#delivery.also(run))
    listen('online', this.#online)
    this.#connect()
  }

  get state(): LiveState {
    return this.#state
  }

  /** Up to where has been heard; null before the first welcome. */
  get cursor(): string | null {
    return this.#delivery.heard
  }

  /**
   * Watch one call or the page of one tag, or one more topic of one's own, over all connections until `unsubscribe`.
   * Resolves with what is there now. Throws `KadoinkError` when it may not be watched.
   */
  subscribe<T extends AnyTopic>(topic: T, options: WatchOptions<T> = {}): Promise<Snapshot<T>> {
    if (this.#state === 'stopped') return Promise.reject(new Error('The live connection has stopped.'))
    return this.#topics.subscribe(topic, options)
  }

  /** Stop watching a topic. */
  unsubscribe(topic: AnyTopic): Promise<void> {
    return this.#topics.unsubscribe(topic)
  }

  /** End it for good. */
  close(): void {
    if (this.#state === 'stopped') return
    this.#finish('The live connection was closed.')
  }

  /** The client's token is another one: an exchanged one ends within a minute, and its socket with it. */
  tokenChanged(): void {
    if (this.#ground.token() === null) this.#stop({ code: 4401, reason: 'Signed out.' })
    else if (this.#state !== 'stopped') this.#reconnect(0)
  }

  #connect(): void {
    const { addresses, Socket, clock, token } = this.#ground
    const shown = token()
    if (shown === null) {
      this.#stop({ code: 4401, reason: 'Nobody is signed in.' })
      return
    }
    this.#shown = shown
    this.#become('connecting')
    const url = addresses[this.#addressIndex % addresses.length] ?? ''
    const { protocol } = socket
    const wire: Wire = new Wire({
      url,
      protocol,
      token: shown,
      Socket,
      clock,
      onFrame: (frame) => this.#hear(wire, frame),
      onEnd: (end) => this.#ended(end),
    })
    this.#wire = wire
  }

  #hear(wire: Wire, frame: ServerFrame): void {
    const { type } = frame
    if (type === 'ready') this.#hello(wire)
    else if (type === 'welcome') this.#welcomed(wire, frame)
    else if (type === 'event') this.#delivery.event(eventOf(frame))
    else if (type === 'live') this.#reached(frame.cursor)
    else if (type === 'resync') this.#delivery.resync({ reason: frame.reason, cursor: frame.cursor })
    else if (type === 'subscribed') this.#topics.subscribed(frame.id, frame.topic, frame.snapshot)
    else if (type === 'unsubscribed') this.#topics.unsubscribed(frame.id, frame.topic)
    else if (type === 'bye') this.#byeMs = frame.retry_after_ms
    else if (type === 'error') this.#refused(frame.id, new KadoinkError(frame.error, { status: 0 }))
  }

  #hello(wire: Wire): void {
    this.#failedHandshakes = 0
    const cursor = this.#delivery.heard
    const topics = this.#topics.own
    this.#become('replaying')
    wire.say({ type: 'hello', id: HELLO, ...(cursor === null ? {} : { cursor }), ...(topics ? { topics } : {}) })
  }

  #welcomed(wire: Wire, { cursor, topics }: Extract<ServerFrame, { type: 'welcome' }>): void {
    if (this.#delivery.heard === null) this.#delivery.resync({ reason: 'start', cursor })
    this.#topics.welcome(topics, (frame) => wire.say(frame))
  }

  #reached(cursor: string): void {
    this.#delivery.reached(cursor)
    this.#liveSince = this.#ground.clock.now()
    this.#become('live')
  }

  /** A hello that is refused names topics that are not there or not this user's: said again, it is refused again. */
  #refused(id: number | undefined, error: KadoinkError): void {
    if (id !== HELLO) this.#topics.refused(id, error)
    else this.#stop({ code: error.code === 'not_allowed' ? 4403 : 4400, reason: error.message })
  }

  #ended(end: End): void {
    const wasStable = this.#liveSince !== undefined && this.#ground.clock.now() - this.#liveSince >= STABLE_MS
    if (wasStable) this.#failures = 0
    if (!end.wasGreeted) this.#handshakeFailed()
    const pauseMs = this.#pauseAfter(end)
    if (pauseMs === undefined) this.#stop({ code: end.code, reason: end.reason })
    else this.#reconnect(pauseMs)
  }

  /** How long to wait before the next connection, in milliseconds; undefined when there is to be none. */
  #pauseAfter({ code, retryAfterMs }: End): number | undefined {
    if (FINAL.has(code)) return undefined
    if (code === 4429) return TOO_MANY_FRAMES_WAIT_MS
    // Said goodbye, each client is told a moment of its own.
    if (this.#byeMs !== undefined) return this.#byeMs
    const pauseMs = jitter(this.#failures, RECONNECTS, this.#ground.random)
    this.#failures++
    return pauseMs + (retryAfterMs ?? 0)
  }

  #handshakeFailed(): void {
    this.#failedHandshakes++
    if (this.#failedHandshakes < FAILURES_PER_ADDRESS) return
    this.#failedHandshakes = 0
    this.#addressIndex++
  }

  /** Let go of the present connection, and make another after a pause. */
  #reconnect(pauseMs: number): void {
    this.#leave()
    this.#become('waiting')
    this.#callOff = this.#ground.clock.after(pauseMs, () => this.#connect())
  }

  /** The machine is on the network again: come back at once, or find out at once whether the connection survived. */
  readonly #online = (): void => {
    if (this.#state !== 'waiting') {
      this.#wire?.probe()
      return
    }
    this.#failures = 0
    this.#reconnect(0)
  }

  #stop(stop: Stop): void {
    if (this.#state === 'stopped') return
    const { onStop } = this.#options
    this.#finish(stop.reason)
    const isSignedOut = stop.code === 4401 && this.#ground.token() === this.#shown
    if (isSignedOut) {
      const refusal = { code: 'unauthorized', message: stop.reason }
      this.#ground.onSignedOut(this.#shown, new KadoinkError(refusal, { status: 0 }))
    }
    this.#tell(() => onStop?.(stop))
  }

  #finish(reason: string): void {
    this.#leave()
    unlisten('online', this.#online)
    this.#delivery.stop()
    this.#topics.stop(new Error(reason))
    this.#become('stopped')
    this.#ground.onClosed()
  }

  #leave(): void {
    this.#callOff()
    this.#wire?.close()
    this.#wire = undefined
    this.#topics.lost()
    this.#liveSince = undefined
    this.#byeMs = undefined
  }

  #become(state: LiveState): void {
    if (state === this.#state) return
    this.#state = state
    this.#tell(() => this.#options.onState?.(state))
  }

  /** The app's own mistakes are no reason to lose the connection. */
  #tell(run: () => void): void {
    try {
      run()
    } catch (error) {
      const { onError = console.error } = this.#options
      onError(error)
    }
  }
}

function eventOf({ type: _, ...event }: Extract<ServerFrame, { type: 'event' }>): LiveEvent {
  return event as LiveEvent
}

/** Browsers tell when the network is back; nothing else does. */
interface Window {
  addEventListener?(event: string, listener: () => void): void
  removeEventListener?(event: string, listener: () => void): void
}

function listen(event: string, listener: () => void): void {
  ;(globalThis as Window).addEventListener?.(event, listener)
}

function unlisten(event: string, listener: () => void): void {
  ;(globalThis as Window).removeEventListener?.(event, listener)
}

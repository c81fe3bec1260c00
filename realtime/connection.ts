import type { Clock } from '#kit/clock'
import { Fault, InternalError, ValidationFailed } from '#kit/fault'
import { newId } from '#kit/id'
import type { LiveSurface, LiveUser } from '#kit/live'
import type { Log } from '#kit/log'
import type { Metrics } from '#kit/metrics'
import type { Database } from '#kit/unit'
import type { Admission, Holder } from './admission.ts'
import { Budget } from './budget.ts'
import type { Message } from './bus.ts'
import { isPersonal, REGRANTED, subjectOf } from './channels.ts'
import { type Close, closeLabel, closes } from './closes.ts'
import { Feed } from './feed.ts'
import {
  type ClientFrame,
  type FrameId,
  type Reading,
  readFrame,
  type ServerFrame,
  stamp,
  writeFrame,
} from './frames.ts'
import type { History } from './history.ts'
import type { Hub, Listener } from './hub.ts'
import type { Socket, SocketHandler } from './socket.ts'
import { type Hello, Topics } from './topics.ts'

/** What every connection is bound by. */
export interface ConnectionLimits {
  /** How long a client that said nothing at the handshake has for its first frame. */
  readonly authWithinMs: number
  /** How often it is asked again whether the token still holds. */
  readonly recheckMs: number
  /** Client frames that are taken in a window. */
  readonly frames: number
  readonly framesWindowMs: number
  readonly onDemandTopics: number
  readonly paceBytes: number
  /** What the client is told of our protocol pings. */
  readonly heartbeatSeconds: number
}

/** What connections share. */
export interface Surroundings {
  readonly hub: Hub
  readonly database: Database
  readonly admission: Admission
  readonly history: (surface: LiveSurface) => History
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly limits: ConnectionLimits
  /** Called when it is known whose the connection is. */
  onHolder(connection: Connection, holder: Holder): void
  onClosed(connection: Connection): void
}

/** For whom a connection is opened. */
export interface Whom {
  readonly surface: LiveSurface
  /** Undefined while it is not known. */
  readonly holder: Holder | undefined
}

/**
 * One client, from the open socket to the close: greeting (whose is it?), ready, closed. Frames are handled one after
 * the other. Refusals are answered in-band; a breach of the protocol ends the connection, each kind with its code.
 */
export class Connection implements SocketHandler, Listener {
  readonly id = newId()
  readonly #around: Surroundings
  readonly #surface: LiveSurface
  readonly #socket: Socket
  readonly #feed: Feed
  readonly #topics: Topics
  readonly #budget: Budget
  #holder: Holder | undefined
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()
  #closeCode: number | undefined
  #isClosed = false
  /** The subjects on which we hear of changed grants. */
  #grants: readonly string[] = []

  constructor(around: Surroundings, { surface, holder }: Whom, socket: Socket) {
    const { limits, hub, database } = around
    this.#around = around
    this.#surface = surface
    this.#socket = socket
    this.#feed = new Feed(hub, socket)
    this.#budget = new Budget(limits.frames, limits.framesWindowMs)
    this.#topics = new Topics({
      surface,
      database,
      history: around.history(surface),
      feed: this.#feed,
      socket,
      onDemandAtMost: limits.onDemandTopics,
      paceBytes: limits.paceBytes,
      onResumed: (outcome) => around.metrics.socketsResumed.inc({ surface: surface.name, outcome }),
    })
    around.metrics.sockets.inc({ surface: surface.name, door: socket.door })
    around.metrics.socketsOpened.inc({ surface: surface.name, door: socket.door })
    if (holder) this.#become(holder)
    else this.#timer = setTimeout(() => this.close(closes.noAuth), limits.authWithinMs).unref()
  }

  /** Empty while it is not known. */
  get userId(): string {
    return this.#holder?.user.userId ?? ''
  }

  /** Empty while it is not known. */
  get sessionId(): string {
    return this.#holder?.user.sessionId ?? ''
  }

  received(text: string | undefined): void {
    if (this.#isOver) return
    if (this.#budget.spend(performance.now()) > 0) {
      this.close(closes.tooMany)
      return
    }
    const reading: Reading = text === undefined ? { kind: 'bad' } : readFrame(text)
    if (reading.kind === 'bad') this.close(closes.badFrame)
    else if (reading.kind === 'invalid') this.#later(() => this.#refuse(reading.id, ValidationFailed(reading)))
    // A ping asks whether we are there, not whether a replay is over.
    else if (reading.frame.type === 'ping' && this.#holder) this.#pong(reading.frame.id)
    else this.#later(() => this.#handle(reading.frame))
  }

  receivedTooMuch(): void {
    this.close(closes.tooLarge)
  }

  closed(code: number): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#feed.close()
    const { metrics, hub } = this.#around
    for (const subject of this.#grants) hub.leave(this, subject)
    metrics.sockets.dec({ surface: this.#surface.name, door: this.#socket.door })
    metrics.socketsClosed.inc({ surface: this.#surface.name, code: closeLabel(this.#closeCode ?? code) })
    this.#around.onClosed(this)
  }

  /** Close, and say why. The first reason counts. */
  close(close: Close): void {
    if (this.#isOver) return
    this.#closeCode = close.code
    this.#feed.close()
    this.#socket.close(close)
  }

  /** Say when to come back, and close. */
  sayBye(retryAfterMs: number): void {
    this.#send({ type: 'bye', reason: 'restart', retry_after_ms: retryAfterMs })
    this.close(closes.restart)
  }

  /** Whether it is closed, or about to be. */
  get #isOver(): boolean {
    return this.#isClosed || this.#closeCode !== undefined
  }

  #later(work: () => Promise<void> | void): void {
    this.#work = this.#work.then(async () => {
      if (!this.#isOver) await work()
    })
    this.#work = this.#work.catch((error: unknown) => this.#fail(error))
  }

  async #handle(frame: ClientFrame): Promise<void> {
    if (!this.#holder) {
      if (frame.type === 'auth') await this.#authenticate(frame.token)
      else this.close(closes.signIn)
      return
    }
    try {
      await this.#obey(this.#holder.user, frame)
    } catch (error) {
      // Half of a hello is nothing to stand on.
      if (!(error instanceof Fault) || (frame.type === 'hello' && this.#topics.hasSaidHello)) throw error
      this.#refuse(frame.id, error)
    }
  }

  async #obey(user: LiveUser, frame: ClientFrame): Promise<void> {
    if (frame.type === 'auth' || (frame.type === 'hello' && this.#topics.hasSaidHello)) this.close(closes.badFrame)
    else if (frame.type === 'hello') await this.#hello(user, frame)
    else if (frame.type === 'subscribe') this.#closeUnless(await this.#topics.subscribe(user, frame.id, frame.topic))
    else if (frame.type === 'unsubscribe')
      this.#closeUnless(await this.#topics.unsubscribe(user, frame.id, frame.topic))
    else this.#pong(frame.id)
  }

  async #hello(user: LiveUser, frame: Hello): Promise<void> {
    const current = (await this.#watchGrants(user)) ?? user
    if (!this.#isOver) this.#closeUnless(await this.#topics.hello(current, frame))
  }

  /**
   * Be told from now on when the user's channels or topics change. Answers with the user as of now: they may have
   * changed since the token was checked.
   */
  async #watchGrants(user: LiveUser): Promise<LiveUser | undefined> {
    const { hub } = this.#around
    const { name: surface, regrants } = this.#surface
    if (!regrants || this.#grants.length > 0) return undefined
    const own = user.channels.filter(isPersonal)
    this.#grants = own.map((channel) => subjectOf({ surface, channel, topic: REGRANTED }))
    await Promise.all(this.#grants.map((subject) => hub.watch(this, subject)))
    return this.#checkAgain()
  }

  /** Told by the hub that the user's channels or topics are others now. Nothing after that event is said before. */
  hear(_subject: string, { cursor }: Message): void {
    this.#feed.hold()
    this.#later(async () => {
      const user = await this.#checkAgain()
      if (user && !this.#isOver) this.#closeUnless(await this.#topics.regrant(user, cursor))
    })
  }

  async #checkAgain(): Promise<LiveUser | undefined> {
    const holder = await this.#recheck()
    if (holder) this.#holder = holder
    return holder?.user
  }

  #closeUnless(hasKeptUp: boolean): void {
    if (!hasKeptUp) this.close(closes.tooSlow)
  }

  async #authenticate(token: string): Promise<void> {
    const holder = await this.#check((admission) => admission.check(this.#surface, token))
    if (holder && !this.#isOver) this.#become(holder)
  }

  #become(holder: Holder): void {
    clearTimeout(this.#timer)
    this.#holder = holder
    this.#send({
      type: 'ready',
      connection_id: this.id,
      user_id: holder.user.userId,
      heartbeat_seconds: this.#around.limits.heartbeatSeconds,
      server_time: this.#now(),
    })
    this.#around.onHolder(this, holder)
    this.#timer = setInterval(
      () => this.#later(async () => void (await this.#recheck(true))),
      this.#around.limits.recheckMs,
    ).unref()
  }

  /**
   * Ask again whether the session holds; its token may be another by now. Where patience is asked for, it is believed
   * while the database is away.
   */
  async #recheck(isPatient = false): Promise<Holder | undefined> {
    const holder = this.#holder
    return holder && this.#check((admission) => admission.recheck(this.#surface, holder), isPatient)
  }

  /** Check whose the connection is; when it is nobody's any more, it is closed, and the answer is undefined. */
  async #check(check: (admission: Admission) => Promise<Holder>, isPatient = false): Promise<Holder | undefined> {
    try {
      return await check(this.#around.admission)
    } catch (error) {
      const kind = error instanceof Fault ? error.type.kind : 'internal'
      if (kind === 'unauthenticated') this.close(closes.signIn)
      else if (kind === 'forbidden') this.close(closes.gate)
      else if (!isPatient) throw error
      return undefined
    }
  }

  #pong(id: FrameId | undefined): void {
    this.#socket.send(writeFrame({ type: 'pong', id, server_time: this.#now() }), 'at once')
  }

  #refuse(id: FrameId | undefined, fault: Fault): void {
    const { body } = this.#surface.renderError(fault)
    this.#send({ type: 'error', id, ...(typeof body === 'object' ? body : {}) })
  }

  #fail(error: unknown): void {
    const isAnswer = error instanceof Fault && error.type !== InternalError
    if (!isAnswer) this.#around.log.error({ err: error, connection_id: this.id }, 'realtime: a connection failed')
    this.close(closes.serverFault)
  }

  #send(frame: ServerFrame): void {
    this.#socket.send(writeFrame(frame))
  }

  #now(): string {
    return stamp(this.#around.clock.now())
  }
}

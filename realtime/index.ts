import { randomInt } from 'node:crypto'
import type { Server } from 'node:http'
import { type Clock, systemClock } from '#kit/clock'
import type { Broadcast } from '#kit/consumer'
import { newId } from '#kit/id'
import type { LiveFrame, LiveSurface } from '#kit/live'
import type { Log } from '#kit/log'
import type { Metrics } from '#kit/metrics'
import { Signal } from '#kit/signal'
import type { Database } from '#kit/unit'
import { Admission, type Holder } from './admission.ts'
import type { Bus } from './bus.ts'
import { CONTROL, subjectOf } from './channels.ts'
import { type Close, closes } from './closes.ts'
import { Connection, type ConnectionLimits, type Surroundings } from './connection.ts'
import { Control } from './control.ts'
import type { Door, DoorOptions } from './door.ts'
import { Echo } from './echo.ts'
import { stamp, writeFrame } from './frames.ts'
import { History } from './history.ts'
import { Hub } from './hub.ts'
import { createPublisher } from './publisher.ts'
import { Recovery } from './recovery.ts'
import { Roster, type Whose } from './roster.ts'
import { Seats } from './seats.ts'
import { defaultSettings, type RealtimeSettings } from './settings.ts'
import { loadUws, UwsDoor } from './uws.ts'
import { WsDoor } from './ws.ts'

export { type Bus, LocalBus, type Message } from './bus.ts'
export { closes } from './closes.ts'
export { type Cursor, currentCursor, decodeCursor, encodeCursor } from './cursor.ts'
export { Lane, Lanes, type Parcel } from './lanes.ts'
export { RedisBus } from './redis-bus.ts'
export type { Whose } from './roster.ts'
export { defaultSettings, type RealtimeSettings } from './settings.ts'
export { loadUws } from './uws.ts'

/** What realtime is made of. */
export interface RealtimeOptions {
  readonly database: Database
  readonly surfaces: readonly LiveSurface[]
  readonly bus: Bus
  readonly log: Log
  readonly metrics: Metrics
  readonly settings: Pick<RealtimeSettings, 'realtimePort'> & Partial<RealtimeSettings>
  readonly clock?: Clock
}

/** What is going on. */
export interface RealtimeStats {
  readonly connections: number
  readonly users: number
  readonly subjects: number
}

/** Set up realtime; nothing listens before `listen` or `attach`. */
export function createRealtime(options: RealtimeOptions): Realtime {
  return new Realtime(options)
}

/** Sockets: both doors, and what goes out through them. */
export class Realtime {
  /** The relay's consumer: feed it, and sockets everywhere hear. */
  readonly broadcast: Broadcast
  readonly #options: RealtimeOptions
  readonly #settings: RealtimeSettings
  readonly #hub: Hub
  readonly #admission: Admission
  readonly #control: Control
  readonly #seats: Seats
  readonly #recovery: Recovery
  readonly #surroundings: Surroundings
  readonly #connections = new Set<Connection>()
  readonly #roster = new Roster<Connection>()
  readonly #doors: Door[] = []
  readonly #emptied = new Signal()
  #ws: WsDoor | undefined
  #uws: UwsDoor | undefined
  #port: number | undefined

  constructor(options: RealtimeOptions) {
    const { database, surfaces, bus, log, metrics, clock = systemClock } = options
    const settings = { ...defaultSettings, ...options.settings }
    const histories = new Map(surfaces.map((surface) => [surface, new History(database, surface, log)]))
    const history = (surface: LiveSurface): History => histories.get(surface) ?? new History(database, surface, log)
    this.#options = options
    this.#settings = settings
    this.broadcast = createPublisher({ database, surfaces, bus, log })
    const closeAll = (): void => {
      for (const connection of this.#connections) connection.close(closes.goingAway)
    }
    this.#hub = new Hub(bus, closeAll)
    this.#admission = new Admission({ ...settings, surfaces, database, log })
    this.#seats = new Seats({
      process: newId(),
      socketsPerUser: settings.socketsPerUser,
      mine: (userId) => this.#roster.of({ userId }).map(({ id }) => id),
      close: (userId, ids) => {
        for (const connection of this.#roster.of({ userId }))
          if (ids.has(connection.id)) connection.close(closes.replaced)
      },
      say: (said) => this.#control.saySeats(said),
    })
    this.#control = new Control(bus, {
      onKick: ({ whose, close }) => {
        for (const connection of this.#roster.of(whose)) connection.close(close)
      },
      onSeats: (said) => this.#seats.hear(said),
    })
    this.#recovery = new Recovery({
      hub: this.#hub,
      surfaces,
      history,
      log,
      onLost: closeAll,
    })
    this.#surroundings = {
      hub: this.#hub,
      database,
      admission: this.#admission,
      history,
      clock,
      log,
      metrics,
      limits: limitsOf(settings),
      onHolder: (connection, holder) => this.#seat(connection, holder),
      onClosed: (connection) => {
        this.#connections.delete(connection)
        this.#roster.remove(connection)
        if (this.#connections.size === 0) this.#emptied.fire()
      },
    }
    bus.onMessage((message) => (message.subject === CONTROL ? this.#control.hear(message) : this.#hub.deliver(message)))
    bus.onGap(() => {
      this.#recovery.start()
      this.#seats.sayAgain()
    })
    void bus.subscribe(CONTROL)
  }

  /** The port of uWebSockets.js, once it listens. */
  get port(): number | undefined {
    return this.#port
  }

  /** Open the door on REALTIME_PORT; resolves with its port, or undefined when it is to stay shut. Throws with what to do. */
  async listen(): Promise<number | undefined> {
    const { realtimePort, host } = this.#settings
    if (realtimePort === null) return undefined
    const loaded = await loadUws()
    if ('missing' in loaded) throw new Error(loaded.missing)
    this.#uws = new UwsDoor(loaded.uws, this.#doorOptions())
    this.#addDoor(this.#uws)
    this.#port = await this.#uws.listen(host, realtimePort)
    return this.#port
  }

  /** Answer the upgrades of an HTTP server. */
  attach(server: Server): void {
    if (!this.#ws) {
      this.#ws = new WsDoor(this.#doorOptions())
      this.#addDoor(this.#ws)
    }
    this.#ws.attach(server)
  }

  /** Close a user's or a session's sockets in all processes. Throws `Unavailable` when the others cannot be told. */
  async kick(whose: Whose, close: Close = closes.signIn): Promise<void> {
    await this.#control.kick({ whose, close })
  }

  /** Tell something that is not stored (speaking, typing): those who are there hear it, nobody hears it later. */
  async tell(surface: LiveSurface, channel: string, { topic, event, data }: LiveFrame): Promise<void> {
    const at = stamp((this.#options.clock ?? systemClock).now())
    const text = writeFrame({ type: 'event', topic, event, at, transient: true, data })
    const subject = subjectOf({ surface: surface.name, channel, topic })
    await this.#options.bus.publish([{ subject, cursor: '', text }])
  }

  /**
   * Let nobody in, tell everyone when to come back, and close, spread over up to so many milliseconds; then wait until
   * they are gone, as long as a client may take to answer a close.
   */
  async drain(spreadMs = 5_000): Promise<void> {
    this.#admission.shut()
    this.#uws?.shut()
    const leaving = [...this.#connections]
    const wholeMs = Math.min(spreadMs, leaving.length * DRAIN_PER_SOCKET_MS)
    const began = performance.now()
    for (const [index, connection] of leaving.entries()) {
      const dueMs = (wholeMs * index) / leaving.length - (performance.now() - began)
      if (dueMs > 1) await new Promise((resolve) => setTimeout(resolve, dueMs))
      connection.sayBye(randomInt(...RETRY_AFTER_MS))
    }
    // Cut now, some would not hear it.
    if (this.#connections.size > 0) await this.#emptied.wait(this.#settings.closeWithinMs)
  }

  /** Cut what is open, and let go of everything but the bus. */
  async close(): Promise<void> {
    this.#admission.shut()
    for (const connection of [...this.#connections]) connection.close(closes.goingAway)
    for (const door of this.#doors) door.close()
    await this.#recovery.stop()
  }

  stats(): RealtimeStats {
    return {
      connections: this.#connections.size,
      users: this.#roster.users,
      subjects: [...this.#hub.subjects].length,
    }
  }

  #doorOptions(): DoorOptions {
    return {
      admission: this.#admission,
      limits: this.#settings,
      log: this.#options.log,
      open: ({ surface, holder }, socket) => {
        if (surface === 'echo') return new Echo(socket)
        const connection = new Connection(this.#surroundings, { surface, holder }, socket)
        this.#connections.add(connection)
        return connection
      },
    }
  }

  #addDoor(door: Door): void {
    this.#doors.push(door)
    this.#hub.addFanOut(door)
  }

  /** Note whose a connection is; the oldest of too many makes room. */
  #seat(connection: Connection, { checkedAt }: Holder): void {
    this.#roster.add(connection)
    this.#seats.taken(connection.userId)
    const kick = this.#control.missedBy(connection, checkedAt)
    if (kick) connection.close(kick.close)
  }
}

/** A few sockets are told at once; many are spread. */
const DRAIN_PER_SOCKET_MS = 2
/** When clients are asked to come back after a restart: from and to, milliseconds. */
const RETRY_AFTER_MS = [500, 3_000] as const

function limitsOf(settings: RealtimeSettings): ConnectionLimits {
  return {
    authWithinMs: settings.authWithinMs,
    recheckMs: settings.recheckMs,
    frames: settings.framesPerTenSeconds,
    framesWindowMs: 10_000,
    onDemandTopics: settings.onDemandTopics,
    paceBytes: settings.bufferedBytes / 4,
    heartbeatSeconds: Math.max(1, Math.round(settings.pingMs / 1000)),
  }
}

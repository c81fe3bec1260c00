import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { systemClock } from '#kit/clock'
import type { LiveUser } from '#kit/live'
import { createMetrics } from '#kit/metrics'
import { Relay } from '#kit/relay'
import { Keyring } from '#kit/secret'
import type { Site } from '#kit/site'
import { Database } from '#kit/unit'
import { type Bus, createRealtime, LocalBus, type Realtime, type RealtimeSettings } from '#realtime'
import { dropDatabase, freshDatabase } from '#test/database'
import { Client, type ClientOptions } from '#test/realtime-client'
import { quietLog } from '#test/realtime-database'
import { CallMoved, NoteSent, TestSurface } from '#test/realtime-surface'

/** Both ways in. */
export const doors = ['uws', 'ws'] as const
export type DoorName = (typeof doors)[number]

/** Somebody with an account. */
export interface Person {
  readonly id: string
  readonly token: string
  readonly sessionId: string
}

/** The database that all tests of a file share. */
let database: Promise<string> | undefined

function sharedUrl(): Promise<string> {
  database ??= freshDatabase()
  return database
}

/** Drop the database that was shared. */
export async function endDatabase(): Promise<void> {
  const url = await database
  database = undefined
  if (url !== undefined) await dropDatabase(url)
}

/** How a process of a test is set up. */
export interface Setup {
  readonly settings?: Partial<RealtimeSettings>
  readonly bus?: Bus
  /** Whether this process reads the outbox; else it only hears the bus. */
  readonly isRelaying?: boolean
  readonly surface?: TestSurface
  /** A database of the test's own, instead of the one that all share. */
  readonly url?: string
}

/** A process with both doors open, a relay, and people. */
export class World {
  readonly surface: TestSurface
  readonly metrics = createMetrics()
  readonly database: Database
  readonly realtime: Realtime
  /** What is no upgrade belongs to REST, of which there is none here; it takes its time, as answers do. */
  readonly #server = createServer((_request, response) =>
    setImmediate(() => response.writeHead(404, { Connection: 'close' }).end()),
  )
  readonly #clients: Client[] = []
  readonly #relay: Relay
  readonly #isRelaying: boolean

  private constructor(url: string, { settings, bus = new LocalBus(), isRelaying = true, surface }: Setup) {
    this.surface = surface ?? new TestSurface()
    const wake = () => this.#relay.wake()
    this.database = new Database({ url, poolSize: 8, clock: systemClock, site, log: quietLog, onEvents: wake })
    this.realtime = createRealtime({
      database: this.database,
      surfaces: [this.surface],
      bus,
      log: quietLog,
      metrics: this.metrics,
      settings: { realtimePort: 0, host: '127.0.0.1', upgradesPerMinute: 10_000, ...settings },
    })
    this.#isRelaying = isRelaying
    this.#relay = new Relay({ database: this.database, url, consumers: [this.realtime.broadcast], log: quietLog })
  }

  /** Start a process. */
  static async start(setup: Setup = {}): Promise<World> {
    const world = new World(setup.url ?? (await sharedUrl()), setup)
    await world.realtime.listen()
    world.realtime.attach(world.#server)
    await new Promise<void>((resolve) => world.#server.listen(0, '127.0.0.1', resolve))
    if (world.#isRelaying) world.#relay.start()
    return world
  }

  /** Begin to read the outbox. */
  startRelay(): void {
    this.#relay.start()
  }

  /** Wait until everything that is committed may be read, and has been told. */
  settled(): Promise<void> {
    return this.#relay.untilSettled()
  }

  /** Stop it, and leave nothing open. */
  async stop(): Promise<void> {
    for (const { socket } of this.#clients) socket.terminate()
    await this.#relay.stop()
    await this.realtime.close()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await this.database.close()
  }

  /** Where a door is. */
  port(door: DoorName): number {
    const address = this.#server.address()
    return door === 'uws' ? (this.realtime.port ?? 0) : typeof address === 'object' ? (address?.port ?? 0) : 0
  }

  url(door: DoorName, path = this.surface.path): string {
    return `ws://127.0.0.1:${this.port(door)}${path}`
  }

  /** Somebody who is signed in. */
  person(changes: Partial<LiveUser> = {}): Person {
    const id = changes.userId ?? randomUUID()
    const person = { id, token: `kdk_${randomUUID()}`, sessionId: randomUUID() }
    this.surface.tokens.set(person.token, {
      userId: id,
      sessionId: person.sessionId,
      channels: [`user:${id}`],
      topics: new Set(this.surface.topics),
      ...changes,
    })
    return person
  }

  /** A socket that nobody has signed in on. */
  client(door: DoorName, options: ClientOptions = {}): Client {
    const client = new Client(this.url(door), options)
    this.#clients.push(client)
    return client
  }

  /** A person's app with an open socket, signed in by header. */
  async app(door: DoorName, { token }: Person): Promise<Client> {
    const client = await this.client(door, { headers: { authorization: `Bearer ${token}` } }).opened()
    await client.until('ready')
    return client
  }

  /** Send notes to somebody, each in a transaction of its own. */
  async send({ id }: Person, ...texts: string[]): Promise<void> {
    for (const text of texts) {
      await this.database.write(async (unit) => unit.emit(NoteSent, { text, owner: id }, [`user:${id}`]))
    }
  }

  /** Something happens in a call that its participants hear of. */
  async move(call: string, step: number, ...participants: Person[]): Promise<void> {
    const channels = [`call:${call}`, ...participants.map(({ id }) => `user:${id}`)]
    await this.database.write(async (unit) => unit.emit(CallMoved, { call, step }, channels))
  }
}

/** Nothing here is reached from outside or sealed. */
const site: Site = {
  publicUrl: 'http://127.0.0.1',
  realtimeUrl: 'ws://127.0.0.1',
  numbers: ['+15550100000'],
  keys: new Keyring(['a secret of no importance']),
  countries: 'all',
  spendPerHour: 1000,
  callsPerSecond: 1000,
  portalUrl: null,
  returnHosts: new Set(),
  telegramLink: null,
  whatsAppNumber: null,
}

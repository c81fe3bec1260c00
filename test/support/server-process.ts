import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { MovableClock } from '#kit/clock'
import { Lifecycle } from '#kit/lifecycle'
import { createLog } from '#kit/log'
import { Keyring } from '#kit/secret'
import { Database } from '#kit/unit'
import type { Running } from '#server/compose'
import { connectNumbers } from '#server/embedded'
import { dropDatabase } from '#test/database'
import { Person } from '#test/people'
import { ACCOUNT, settings, World } from '#test/world'

/** How a process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The server as a process of its own, which can be killed and comes back at the same address. */
export class ServerProcess {
  readonly #environment: Readonly<Record<string, string>>
  readonly #onLine: (line: string) => void
  #child: ChildProcess | undefined
  #exited: Promise<Exit> = Promise.resolve({ code: null, signal: null })
  #ports: Readonly<Record<string, string>> = {}
  url = ''
  realtimeUrl = ''

  /** `onLine` is given each line of the log once the server is up. */
  constructor(environment: Readonly<Record<string, string>>, onLine: (line: string) => void = () => {}) {
    this.#environment = { ...environment, LOG_LEVEL: environment.LOG_LEVEL === 'trace' ? 'trace' : 'info' }
    this.#onLine = onLine
  }

  /** Bring it up, at the ports that it had before; resolves when it is ready. */
  async start(): Promise<this> {
    // uWebSockets.js takes a port again whose old connections linger only when it was asked for that port before.
    if (this.#ports.REALTIME_PORT === undefined) this.#ports = { REALTIME_PORT: String(await freePort()) }
    const { PATH = '', HOME = '' } = process.env
    const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', 'server/main.ts', 'all'], {
      env: { PATH, HOME, ...this.#environment, ...this.#ports },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#child = child
    this.#exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
    const { url, realtime_url } = await upLine(child, this.#onLine)
    this.url = url
    this.realtimeUrl = realtime_url
    this.#ports = { PORT: new URL(url).port, REALTIME_PORT: new URL(realtime_url).port }
    const ready = await fetch(`${url}/ready`)
    if (!ready.ok) throw new Error(`Up, and not ready: ${await ready.text()}`)
    return this
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.#exited
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** Resolves when the process is gone. */
  get exited(): Promise<Exit> {
    return this.#exited
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** What the log says when everything is up. */
async function upLine(
  child: ChildProcess,
  onLine: (line: string) => void,
): Promise<{ url: string; realtime_url: string }> {
  if (!child.stdout) throw new Error('The process has no stdout.')
  const lines = createInterface({ input: child.stdout })
  for await (const line of lines) {
    if (!line.startsWith('{')) continue
    const said = JSON.parse(line)
    if (said.msg === 'up') {
      lines.on('line', onLine)
      child.stdout.resume()
      return said
    }
  }
  throw new Error('The process ended before it was up.')
}

/** A world whose server is a process of its own. Its people have been there before. */
export class MortalWorld {
  readonly server: ServerProcess
  readonly world: World
  readonly database: Database
  /** The clock of `database`; the process has its own. */
  readonly clock: MovableClock

  constructor(server: ServerProcess, born: World) {
    this.server = server
    this.clock = new MovableClock()
    const log = createLog('silent')
    this.database = new Database({
      url: born.databaseUrl,
      poolSize: 2,
      clock: this.clock,
      site: {
        publicUrl: server.url,
        realtimeUrl: server.realtimeUrl,
        numbers: [ACCOUNT.number],
        keys: new Keyring(['x'.repeat(32)]),
        countries: 'all',
        spendPerHour: 1000,
        callsPerSecond: 1000,
        portalUrl: null,
        returnHosts: new Set(),
        telegramLink: null,
        whatsAppNumber: null,
      },
      log,
    })
    const running: Running = {
      url: server.url,
      realtimeUrl: server.realtimeUrl,
      phonesUrl: null,
      paymentsUrl: null,
      telegramUrl: null,
      log,
      lifecycle: new Lifecycle(log),
      database: this.database,
      isSettled: async () => true,
      untilSettled: async () => {},
    }
    this.world = new World(running, born.carrier, born.databaseUrl, '/nowhere')
  }

  /** The same person, as a guest of this world. */
  person(known: Person): Person {
    const { token, mobile, username, user } = known
    const visitor = this.world.visitor()
    return new Person(visitor, { token: token ?? '', mobile, username, user })
  }

  /** The end of this world, with its server, its phone network and its database. */
  async end(): Promise<void> {
    await this.server.kill()
    await this.database.close()
    await this.world.carrier.close()
    await dropDatabase(this.world.databaseUrl)
  }
}

/** Let people be born in a world within this process, then hand the world over to a server that can be killed. */
export async function handOver(
  born: World,
  dataDir: string,
  more: Readonly<Record<string, string>> = {},
): Promise<MortalWorld> {
  await born.settle()
  await born.running.lifecycle.stop()
  const server = new ServerProcess({ ...settings(born.databaseUrl, dataDir, born.carrier.url), ...more })
  await server.start()
  connectNumbers(born.carrier, [ACCOUNT.number], server.url)
  return new MortalWorld(server, born)
}

/** Look again and again until something is so, with breath for the processes that are to bring it about. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(10)
}

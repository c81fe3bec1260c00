import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

/** The checkout these tests run in. */
export const checkout = join(import.meta.dirname, '../..')

/** Are these tests run by root? */
export const isRoot = process.getuid?.() === 0

interface Line {
  readonly url?: string
  readonly tookMs?: number
  readonly refusal?: string
  readonly isInUse?: boolean
  readonly answer?: number
  readonly warning?: string
  readonly pid?: number
}

/** How a server is started: from which checkout, as whom, with what habit, in front of which terminal. */
export interface Start {
  readonly from?: string
  readonly habit?: 'forgetful' | 'robbed'
  readonly uid?: number
  readonly ownGroup?: boolean
}

/** A server the operator has started, as a process of its own. */
export class OperatedServer {
  readonly pid: number
  /** Everything it has said so far. */
  readonly said: Line[] = []
  /** Resolves with the exit code or the signal. */
  readonly ended: Promise<number | string>
  /** Resolves when it runs, refuses, or is gone. */
  readonly settled: Promise<void>
  readonly #child: ChildProcess

  constructor(dataDir: string, { from = checkout, habit, uid, ownGroup = false }: Start) {
    const program = join(from, 'test/support/embedded-server.ts')
    const tsx = createRequire(import.meta.url).resolve('tsx')
    const words = ['--import', tsx, '--conditions=source', program, dataDir, ...(habit ? [habit] : [])]
    const child = spawn(process.execPath, words, {
      cwd: from,
      detached: ownGroup,
      stdio: ['pipe', 'pipe', 'inherit'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    })
    this.#child = child
    this.pid = child.pid ?? 0
    // It may be dead already when we tell it to stop.
    child.stdin.on('error', () => undefined)
    this.ended = once(child, 'close').then(([code, signal]) => signal ?? code)
    const lines = createInterface(child.stdout)
    this.settled = new Promise((resolve) => {
      lines.on('line', (line) => {
        const said: Line = JSON.parse(line)
        this.said.push(said)
        if (said.url || said.refusal) resolve()
      })
      lines.once('close', resolve)
    })
  }

  get url(): string {
    return this.said.find((line) => line.url)?.url ?? ''
  }

  get refusal(): string {
    return this.said.find((line) => line.refusal)?.refusal ?? ''
  }

  get tookMs(): number {
    return this.said.find((line) => line.url)?.tookMs ?? Number.POSITIVE_INFINITY
  }

  /** The pid of its PostgreSQL. Never 0, which to kill(2) means ourselves. */
  get postgresPid(): number {
    const pid = this.said.find((line) => line.pid && !line.warning)?.pid
    if (!pid) throw new Error(`The server has no PostgreSQL: ${this.refusal}`)
    return pid
  }

  stop(): Promise<number | string> {
    this.#child.stdin?.end('stop\n')
    return this.ended
  }

  kill(): Promise<number | string> {
    this.#child.kill('SIGKILL')
    return this.ended
  }

  /** Ctrl-C in its terminal: the signal goes to the whole process group. */
  interruptFromTerminal(): Promise<number | string> {
    process.kill(-this.pid, 'SIGINT')
    return this.ended
  }
}

/** The operator of one test: starts servers, and leaves the machine as it was. */
export class Operator {
  readonly #servers: OperatedServer[] = []
  readonly #directories: string[] = []

  /** An empty directory that every user of the machine may enter, under its real name. */
  async directory(mode = 0o755): Promise<string> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'kadoink-')))
    await chmod(directory, mode)
    this.#directories.push(directory)
    return directory
  }

  /** Begin to start a server, and do not wait. */
  launch(dataDir: string, start: Start = {}): OperatedServer {
    const server = new OperatedServer(dataDir, start)
    this.#servers.push(server)
    return server
  }

  /** Start a server and wait until it runs or refuses. */
  async start(dataDir: string, start: Start = {}): Promise<OperatedServer> {
    const server = this.launch(dataDir, start)
    await server.settled
    return server
  }

  /** A checkout of its own under `root`, with copies of the named packages and links to all the others. */
  async copyCheckout(
    root: string,
    { copies = [], lacks = [] }: { copies?: string[]; lacks?: string[] },
  ): Promise<string> {
    const copy = join(root, 'checkout')
    const paths = ['package.json', 'server/embedded-postgres', 'test/support/embedded-server.ts']
    for (const path of paths) await cp(join(checkout, path), join(copy, path), { recursive: true })
    await mkdir(join(copy, 'node_modules'))
    for (const name of await readdir(join(checkout, 'node_modules'))) {
      const [from, to] = [join(checkout, 'node_modules', name), join(copy, 'node_modules', name)]
      if (copies.includes(name)) await cp(from, to, { recursive: true, verbatimSymlinks: true })
      else if (!lacks.includes(name)) await symlink(from, to)
    }
    return copy
  }

  /** Stop what still runs and remove what was made, also the homes outside the data directories. */
  async leave(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map((server) => server.stop()))
    for (const directory of this.#directories.splice(0)) {
      for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
        const home = name.endsWith('postgres.location') ? homeOf(join(directory, dirname(name))) : ''
        if (/\/kadoink\/[0-9a-f]{12}$/.test(home)) await rm(home, { recursive: true, force: true })
      }
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

/** Where the database of a data directory is, as its operator finds it. */
export function homeOf(dataDir: string): string {
  const pointer = join(dataDir, 'postgres.location')
  return existsSync(pointer) ? (readFileSync(pointer, 'utf8').split('\n')[0] ?? '') : join(dataDir, 'postgres')
}

/** Ask a database one thing, over a connection of its own. */
export async function ask(url: string, sql: string): Promise<unknown[][]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}

/** Does this process run? One that is dead and only not yet reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ''
    return !/\) [ZX] /.test(stat)
  } catch {
    return false
  }
}

/** Wait for something that no event tells of: the end of a process that is not our child, a file of another's. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5)
}

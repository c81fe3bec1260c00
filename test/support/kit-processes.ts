import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

const ROOT = join(import.meta.dirname, '../..')

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Whatever becomes of the tests, nothing that they have started outlives them. */
export function endWithUs(child: ChildProcess): void {
  children.add(child)
  child.once('exit', () => children.delete(child))
}

/** The built product in a directory of its own, and processes that are started as the Procfile says. */
export class Deployment {
  readonly #directory: string
  readonly #lines: ReadonlyMap<string, string>
  readonly #children: ChildProcess[] = []

  private constructor(directory: string, lines: ReadonlyMap<string, string>) {
    this.#directory = directory
    this.#lines = lines
  }

  /** Build what stands in the checkout, as `npm run build` does. */
  static async build(): Promise<Deployment> {
    const directory = await mkdtemp(join(tmpdir(), 'kadoink-deployment-'))
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    const project = join(ROOT, 'tsconfig.build.json')
    const build = spawn(process.execPath, [tsc, '-p', project, '--outDir', join(directory, 'dist')], {
      stdio: 'inherit',
    })
    const [code] = await once(build, 'exit')
    if (code !== 0) throw new Error('The build failed.')
    await cp(join(ROOT, 'package.json'), join(directory, 'package.json'))
    await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
    const procfile = await readFile(join(ROOT, 'Procfile'), 'utf8')
    const lines = procfile.split('\n').filter(Boolean)
    return new Deployment(directory, new Map(lines.map((line) => line.split(/:\s*/, 2) as [string, string])))
  }

  /** The process types that the Procfile names. */
  get types(): readonly string[] {
    return [...this.#lines.keys()]
  }

  /** Carry out a command of an operator. */
  async command(
    words: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    const child = spawn(process.execPath, ['dist/server/main.js', ...words], {
      cwd: this.#directory,
      env: { PATH: process.env.PATH, DATA_DIR: join(this.#directory, 'data'), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    endWithUs(child)
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    return { code, out, err }
  }

  /** Start a process of a type and wait until it says that it is up, or, when it only has one thing to do, is done. */
  async start(type: string, environment: Readonly<Record<string, string>>): Promise<Started> {
    const child = spawn('sh', ['-c', `exec ${this.#lines.get(type)}`], {
      cwd: this.#directory,
      env: { PATH: process.env.PATH, LOG_LEVEL: 'info', DATA_DIR: join(this.#directory, 'data'), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#children.push(child)
    endWithUs(child)
    const exit = once(child, 'close').then(([code]) => code as number | null)
    const lines = createInterface(child.stdout)
    const up = new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        if (line.includes('"msg":"up"')) resolve()
      })
    })
    const log: string[] = []
    lines.on('line', (line) => log.push(line))
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (words) => {
      complaint += words
    })
    await Promise.race([up, exit])
    return {
      exit,
      complaint: () => complaint,
      lastSaid: (words) => {
        const line = log.findLast((one) => one.includes(words))
        return line === undefined ? 0 : Date.parse(JSON.parse(line).time)
      },
      signal: (signal) => void child.kill(signal),
      stop: () => {
        child.kill('SIGTERM')
        return exit
      },
    }
  }

  /** End what still runs, and leave nothing behind. */
  async remove(): Promise<void> {
    for (const child of this.#children) if (child.exitCode === null) child.kill('SIGKILL')
    await rm(this.#directory, { recursive: true, force: true })
  }
}

/** A process that was started. */
export interface Started {
  readonly exit: Promise<number | null>
  /** What it has written to its standard error so far. */
  complaint(): string
  /** When it last logged these words, milliseconds since 1970; 0 when it never did. */
  lastSaid(words: string): number
  signal(signal: NodeJS.Signals): void
  /** Send SIGTERM; gives the exit code. */
  stop(): Promise<number | null>
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'

/** A Redis of our own that can be killed and come back on the same port. */
export class TestRedis {
  readonly port: number
  #process: ChildProcess | undefined

  private constructor(port: number) {
    this.port = port
  }

  /** Start one; undefined on a machine that has none. */
  static async start(): Promise<TestRedis | undefined> {
    const redis = new TestRedis(await freePort())
    return (await redis.rise()) ? redis : undefined
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Start, or start again; false when there is no such program. */
  async rise(): Promise<boolean> {
    const child = spawn('redis-server', ['--port', String(this.port), '--bind', '127.0.0.1', '--save', ''], {
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd: '/tmp',
    })
    this.#process = child
    return new Promise((resolve) => {
      child.on('error', () => resolve(false))
      createInterface(child.stdout).on('line', (line) => {
        if (line.includes('Ready to accept connections')) resolve(true)
      })
    })
  }

  /** Cut the connections of those who listen; they come back by themselves. */
  async cutListeners(): Promise<void> {
    const admin = connect(this.port, '127.0.0.1')
    admin.write('CLIENT KILL TYPE pubsub\r\n')
    await once(admin, 'data')
    admin.destroy()
  }

  /** Die without a word. */
  async fall(): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

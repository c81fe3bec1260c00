import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { RedisPlace } from '#kit/redis'
import { endWithUs } from '#test/kit-processes'

interface TestRedisSettings {
  readonly isCluster: boolean
  readonly isSecure: boolean
}

/** A Redis of our own that can be killed and come back on the same port. */
export class TestRedis {
  readonly port: number
  /** Whether it is a cluster, of one node. */
  readonly isCluster: boolean
  /** Whether it is reached by TLS, with a certificate that it has made for itself. */
  readonly isSecure: boolean
  readonly #directory: string
  #process: ChildProcess | undefined

  private constructor(port: number, { isCluster, isSecure }: TestRedisSettings, directory: string) {
    this.port = port
    this.isCluster = isCluster
    this.isSecure = isSecure
    this.#directory = directory
  }

  /** Start one; undefined on a machine that has none. */
  static async start({ isCluster = false, isSecure = false } = {}): Promise<TestRedis | undefined> {
    const directory = await mkdtemp(join(tmpdir(), 'kadoink-redis-'))
    const redis = new TestRedis(await freePort(), { isCluster, isSecure }, directory)
    if (await redis.rise()) return redis
    await rm(directory, { recursive: true })
    return undefined
  }

  get place(): RedisPlace {
    return { url: this.url, isCluster: this.isCluster }
  }

  get url(): string {
    return `${this.isSecure ? 'rediss' : 'redis'}://127.0.0.1:${this.port}`
  }

  /** A certificate that nobody vouches for, as words of a command. */
  #certificate(): readonly string[] {
    const files = ['-keyout', 'key.pem', '-out', 'cert.pem']
    const wanted = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=nobody', ...files]
    spawnSync('openssl', ['req', ...wanted], { cwd: this.#directory, stdio: 'ignore' })
    const used = ['--tls-cert-file', 'cert.pem', '--tls-key-file', 'key.pem', '--tls-ca-cert-file', 'cert.pem']
    return [...used, '--tls-auth-clients', 'no']
  }

  /** Start, or start again; false when there is no such program. */
  async rise(): Promise<boolean> {
    const port = String(this.port)
    const ports = this.isSecure ? ['--port', '0', '--tls-port', port, ...this.#certificate()] : ['--port', port]
    const address = [...ports, '--bind', '127.0.0.1']
    const cluster = this.isCluster
      ? ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--cluster-port', String(await freePort())]
      : []
    const child = spawn('redis-server', [...address, '--save', '', ...cluster], {
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd: this.#directory,
    })
    this.#process = child
    endWithUs(child)
    const hasRisen = await new Promise<boolean>((resolve) => {
      child.on('error', () => resolve(false))
      createInterface(child.stdout).on('line', (line) => {
        if (line.includes('Ready to accept connections')) resolve(true)
      })
    })
    if (hasRisen && this.isCluster) await this.#takeAllSlots()
    return hasRisen
  }

  /** Say something to it, as an administrator does. */
  async say(command: string): Promise<string> {
    const admin = connect(this.port, '127.0.0.1')
    admin.write(`${command}\r\n`)
    const [answer] = await once(admin, 'data')
    admin.destroy()
    return String(answer)
  }

  /** A cluster of one node has all slots; it keeps them when it comes back. */
  async #takeAllSlots(): Promise<void> {
    await this.say('CLUSTER ADDSLOTSRANGE 0 16383')
    while (!(await this.say('CLUSTER INFO')).includes('cluster_state:ok'));
  }

  /** Cut the connections of those who listen; they come back by themselves. */
  async cutListeners(): Promise<void> {
    await this.say('CLIENT KILL TYPE pubsub')
  }

  /** Die without a word. */
  async fall(): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /** Die, and leave nothing behind. */
  async end(): Promise<void> {
    await this.fall()
    await rm(this.#directory, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/embedded-postgres/index'
import { migrate } from '#server/migrate'
import { ChaosProxy } from '#test/chaos-proxy'
import { quietLog } from '#test/realtime-database'

/** A PostgreSQL of our own that can be killed, and comes back at the same address. */
export class MortalPostgres {
  readonly #dataDir: string
  #proxy: ChaosProxy | undefined
  #server: EmbeddedPostgres
  #pid = 0

  private constructor(dataDir: string, server: EmbeddedPostgres) {
    this.#dataDir = dataDir
    this.#server = server
  }

  static async start(): Promise<MortalPostgres> {
    const dataDir = await mkdtemp(join(tmpdir(), 'kadoink-mortal-'))
    // PostgreSQL runs as another user than root, who must be able to pass.
    await chmod(dataDir, 0o755)
    const postgres = new MortalPostgres(dataDir, await startEmbeddedPostgres({ dataDir, log: quietLog }))
    await migrate(postgres.#server.url, quietLog)
    postgres.#proxy = await ChaosProxy.before(() => Number(new URL(postgres.#server.url).port))
    await postgres.#meet()
    return postgres
  }

  get url(): string {
    return Object.assign(new URL(this.#server.url), { port: String(this.#proxy?.port) }).href
  }

  /** `kill -9` of its first process; the others end when they see that. */
  async kill(): Promise<void> {
    process.kill(this.#pid, 'SIGKILL')
    await this.#server.stop()
  }

  /** Come back, and mend what the end has torn. */
  async rise(): Promise<void> {
    this.#server = await startEmbeddedPostgres({ dataDir: this.#dataDir, log: quietLog })
    await this.#meet()
  }

  async end(): Promise<void> {
    await this.#proxy?.close()
    await this.#server.stop()
    await rm(this.#dataDir, { recursive: true, force: true })
  }

  async #meet(): Promise<void> {
    const client = new pg.Client(this.#server.url)
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    await client.end()
    const file = await readFile(join(rows[0]?.data_directory ?? '', 'postmaster.pid'), 'utf8')
    this.#pid = Number(file.split('\n', 1)[0])
  }
}

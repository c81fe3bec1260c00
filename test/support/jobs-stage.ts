import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId } from '#kit/id'
import type { Database } from '#kit/unit'
import { dropDatabase } from '#test/database'
import { grant } from '#test/kadoink-book'
import { openDatabase } from '#test/kit-place'
import type { Person } from '#test/people'
import { ServerProcess } from '#test/server-process'
import { fans, primaryOf } from '#test/statuses'
import { settings, World } from '#test/world'

/** Ana, one phone that follows her tag with its texts, and servers that do what she has scheduled. */
export class JobsStage {
  readonly world: World
  readonly ana: Person
  /** The phone of her follower. */
  readonly phone: string
  readonly database: Database
  readonly #servers: ServerProcess[] = []
  readonly #directory: string

  private constructor(made: Pick<JobsStage, 'world' | 'ana' | 'phone' | 'database'>, directory: string) {
    this.world = made.world
    this.ana = made.ana
    this.phone = made.phone
    this.database = made.database
    this.#directory = directory
  }

  static async begin(): Promise<JobsStage> {
    const directory = await mkdtemp(join(tmpdir(), 'kadoink-jobs-'))
    const world = await World.start({ DATA_DIR: directory })
    const ana = await world.person('Ana')
    await grant(ana, { plan: 'plus' })
    const [phone = ''] = await fans(world, primaryOf(ana), 1)
    await world.settle()
    await world.running.lifecycle.stop()
    const database = openDatabase(world.databaseUrl)
    return new JobsStage({ world, ana, phone, database }, directory)
  }

  /** Bring a server up whose clock is so many seconds ahead. */
  async worker(aheadSeconds = 0): Promise<ServerProcess> {
    const environment = settings(this.world.databaseUrl, this.#directory, this.world.carrier.url)
    if (aheadSeconds === 0) return this.#start(environment)
    const skew = join(this.#directory, 'skew.mjs')
    const real = 'const real = Date.now; const now = () => real() + '
    const date =
      'globalThis.Date = class extends Date { constructor(...all) { all.length ? super(...all) : super(now()) } }'
    await writeFile(skew, `${real}${aheadSeconds * 1000}; ${date}; Date.now = now\n`)
    return this.#start({ ...environment, NODE_OPTIONS: `--import ${skew}` })
  }

  async #start(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const server = new ServerProcess(environment)
    this.#servers.push(server)
    return server.start()
  }

  /** Let Ana have scheduled so many statuses for one moment, so many seconds from now by the database's clock. */
  async schedule(bodies: readonly string[], seconds: number, repeat: { on: string; time: string } | null = null) {
    const { sql } = this.database
    const { rows } = await sql.raw('select clock_timestamp() + make_interval(secs => ?) as at', [seconds])
    const { at } = rows[0]
    const now = new Date()
    const jobs = bodies.map((body, index) => ({
      id: newId(),
      owner_id: this.ana.user.id,
      number: index + 1,
      kind: 'status',
      command: `status ${body}`,
      task: JSON.stringify({ do: 'status', wanted: { body } }),
      summary: 'status',
      recipients: 1,
      run_at: at,
      timezone: 'UTC',
      repeat_on: repeat?.on ?? null,
      repeat_time: repeat?.time ?? null,
      state: 'scheduled',
      wake_at: at,
      source: 'api',
      created_at: now,
      updated_at: now,
    }))
    await sql.batchInsert('scheduled_jobs', jobs, 500)
  }

  /** Every status takes so many seconds to be written, in the middle of its job. */
  async slow(seconds: number): Promise<void> {
    await this.database.sql.raw(`
      create or replace function dawdle() returns trigger language plpgsql as
        $$ begin perform pg_sleep(${Number(seconds)}); return new; end $$;
      create trigger dawdle before insert on statuses for each row execute function dawdle();
      create trigger dawdle before update on scheduled_jobs for each row
        when (old.state = 'running' and new.state <> 'running') execute function dawdle();`)
  }

  /** What an effect has ordered and not heard of is looked up now, and not when its claim has aged. */
  async abandonOrders(effect: string): Promise<void> {
    const { sql } = this.database
    const idle = sql('orders').select('key').where({ effect }).forUpdate().skipLocked()
    await sql('orders')
      .where({ effect })
      .whereIn('key', idle)
      .update({ claimed_at: new Date(0) })
  }

  async inState(...states: readonly string[]): Promise<number> {
    const [row] = await this.database
      .sql('scheduled_jobs')
      .whereIn('state', [...states])
      .count({ many: '*' })
    return Number(row?.many)
  }

  /** What Ana has said, in alphabetical order. */
  async said(): Promise<readonly string[]> {
    return this.database.sql('statuses').where({ author_id: this.ana.user.id }).orderBy('body').pluck('body')
  }

  async end(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.kill()))
    await this.database.close()
    await this.world.carrier.close()
    await dropDatabase(this.world.databaseUrl)
    await rm(this.#directory, { recursive: true, force: true })
  }
}

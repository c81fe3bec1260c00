import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Logger, makeWorkerUtils, run as runGraphile } from 'graphile-worker'
import pg from 'pg'
import PgBoss from 'pg-boss'
import { DueJobs } from '#jobs'
import { systemClock } from '#kit/clock'
import { newId } from '#kit/id'
import { createLog } from '#kit/log'
import { Keyring } from '#kit/secret'
import { Database } from '#kit/unit'
import { startEmbeddedPostgres } from '#server/embedded-postgres/index'
import { migrate } from '#server/migrate'
import { median } from './load.ts'

/**
 * Jobs that do nothing, through our scheduled jobs, pg-boss and graphile-worker on one PostgreSQL, in turn in one run:
 * how many a second when all are due at once, and how late they begin when one is due every ten milliseconds. Ours tells
 * two events of each, and ends each in a unit of its own; the others mark rows.
 */

const ROUNDS = 3
const BURST = 500
const STEADY = 200
const STEADY_SECONDS = 2
const LEAD_MS = 1_500

/** Somebody who does jobs. */
interface Doer {
  readonly name: string
  /** Have jobs of these ids done at these moments. */
  schedule(jobs: readonly Wanted[]): Promise<void>
  close(): Promise<void>
}

interface Wanted {
  readonly id: string
  readonly at: Date
}

/** Told of each job that is done. */
type OnDone = (id: string) => void

interface Figures {
  readonly perSecond: number
  readonly p99Ms: number
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kadoink-bench-'))
  await chmod(directory, 0o711)
  const log = createLog('silent')
  const postgres = await startEmbeddedPostgres({ dataDir: directory, log })
  const doers: Doer[] = []
  try {
    await migrate(postgres.url, log)
    const watch = new Watch()
    for (const begin of [kadoink, pgBoss, graphile]) doers.push(await begin(postgres.url, watch.done))
    const figures = new Map<string, Figures[]>(doers.map(({ name }) => [name, []]))
    for (let round = 0; round < ROUNDS; round++) {
      for (const doer of doers) figures.get(doer.name)?.push(await measure(doer, watch))
    }
    print(figures)
  } finally {
    for (const doer of doers) await doer.close()
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Waits for jobs. */
class Watch {
  #at = new Map<string, number>()
  #late: number[] = []
  #ended: () => void = () => {}

  readonly done: OnDone = (id) => {
    const at = this.#at.get(id)
    if (at === undefined) return
    this.#at.delete(id)
    this.#late.push(Date.now() - at)
    if (this.#at.size === 0) this.#ended()
  }

  /** How late each of these is done, milliseconds. */
  async late(doer: Doer, jobs: readonly Wanted[]): Promise<readonly number[]> {
    this.#at = new Map(jobs.map(({ id, at }) => [id, at.getTime()]))
    this.#late = []
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve
    })
    await doer.schedule(jobs)
    await ended
    return this.#late
  }
}

async function measure(doer: Doer, watch: Watch): Promise<Figures> {
  const due = new Date(Date.now() + LEAD_MS)
  const burst = await watch.late(
    doer,
    Array.from({ length: BURST }, () => ({ id: newId(), at: due })),
  )
  const from = Date.now() + LEAD_MS
  const steady = Array.from({ length: STEADY }, (_, index) => {
    return { id: newId(), at: new Date(from + (index * STEADY_SECONDS * 1000) / STEADY) }
  })
  const late = [...(await watch.late(doer, steady))].sort((one, other) => one - other)
  return { perSecond: BURST / (Math.max(...burst) / 1000), p99Ms: late[Math.floor(late.length * 0.99)] ?? 0 }
}

async function kadoink(url: string, done: OnDone): Promise<Doer> {
  const log = createLog('silent')
  const site = {
    publicUrl: '',
    realtimeUrl: '',
    numbers: ['+15005550006'] as const,
    keys: new Keyring(['x'.repeat(32)]),
    callsPerSecond: 1,
    countries: 'all' as const,
    spendPerHour: 1,
    portalUrl: null,
    returnHosts: new Set<string>(),
    telegramLink: null,
    whatsAppNumber: null,
  }
  const database = new Database({ url, poolSize: 10, clock: systemClock, site, log })
  const owner = newId()
  const now = new Date()
  const person = { username: 'bench', password_hash: '-', name: 'Bench', timezone: 'UTC', locale: 'en' }
  const mobile = { mobile: '+15555550100', mobile_verified_at: now }
  await database.sql('users').insert({ id: owner, ...person, ...mobile, created_at: now, updated_at: now })
  const due = new DueJobs({ database, log, clock: systemClock, perform: async (_unit, _owner, { id }) => done(id) })
  due.start()
  let number = 0
  return {
    name: 'Kadoink',
    async schedule(jobs) {
      const rows = jobs.map(({ id, at }) => ({
        id,
        owner_id: owner,
        number: ++number,
        kind: 'text',
        command: 'text',
        summary: 'text',
        recipients: 0,
        run_at: at,
        wake_at: at,
        timezone: 'UTC',
        state: 'scheduled',
        source: 'api',
        created_at: new Date(),
        updated_at: new Date(),
      }))
      await database.sql.batchInsert('scheduled_jobs', rows, 500)
      // What people schedule lies a minute ahead, so that a sleeper has heard of it in time.
      due.wake()
    },
    async close() {
      await due.stop()
      await database.close()
    },
  }
}

async function pgBoss(url: string, done: OnDone): Promise<Doer> {
  const boss = new PgBoss({ connectionString: url, max: 10 })
  boss.on('error', () => {})
  await boss.start()
  await boss.createQueue('nothing')
  // It looks every half second at most: four of them, with large batches, are what it does best.
  for (let worker = 0; worker < 4; worker++) {
    await boss.work<{ id: string }>('nothing', { batchSize: 100, pollingIntervalSeconds: 0.5 }, async (jobs) => {
      for (const { data } of jobs) done(data.id)
    })
  }
  return {
    name: 'pg-boss',
    schedule: async (jobs) =>
      boss.insert(jobs.map(({ id, at }) => ({ name: 'nothing', data: { id }, startAfter: at }))),
    close: () => boss.stop({ graceful: false }),
  }
}

async function graphile(url: string, done: OnDone): Promise<Doer> {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // Its listening connection may be cut off when the database stops; unheard, that would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const logger = new Logger(() => () => {})
  const runner = await runGraphile({
    pgPool: pool,
    concurrency: 4,
    pollInterval: 500,
    noHandleSignals: true,
    logger,
    taskList: { nothing: async (payload) => done((payload as { id: string }).id) },
  })
  const utils = await makeWorkerUtils({ pgPool: pool, logger })
  return {
    name: 'graphile-worker',
    schedule: (jobs) =>
      utils.addJobs(jobs.map(({ id, at }) => ({ identifier: 'nothing', payload: { id }, runAt: at }))).then(() => {}),
    async close() {
      await utils.release()
      await runner.stop()
      await pool.end()
    },
  }
}

function print(figures: ReadonlyMap<string, readonly Figures[]>): void {
  const of = (name: string, figure: keyof Figures) => median((figures.get(name) ?? []).map((one) => one[figure]))
  process.stdout.write(`${BURST} jobs due at once, and ${STEADY} in ${STEADY_SECONDS} s; median of ${ROUNDS} rounds\n`)
  for (const name of figures.keys()) {
    const perSecond = `${Math.round(of(name, 'perSecond'))}/s`
    process.stdout.write(
      `  ${name.padEnd(18)}${perSecond.padStart(8)}   p99 ${Math.round(of(name, 'p99Ms'))} ms late\n`,
    )
  }
  for (const name of [...figures.keys()].slice(1)) {
    const pace = (of('Kadoink', 'perSecond') / of(name, 'perSecond')).toFixed(2)
    const late = (of('Kadoink', 'p99Ms') / of(name, 'p99Ms')).toFixed(2)
    process.stdout.write(`  Kadoink : ${name.padEnd(16)} pace ${pace}, lateness ${late}\n`)
  }
}

await main()

import { PostgresBackend } from '@agendajs/postgres-backend'
import { Agenda } from 'agenda'
import type { Knex } from 'knex'
import pg from 'pg'
import type { Log } from './log.ts'
import { Signal } from './signal.ts'

/**
 * Work that is due by the clock. Agenda only wakes us up, at least once and perhaps twice: what is to be done, and
 * whether it has been done, is said by domain rows that the job claims inside its unit.
 */
export interface Job {
  readonly name: string
  /** Run every so many seconds. */
  readonly everySeconds: number
  /** Not run when it is first scheduled, but a round later. */
  readonly isRunLater?: boolean
  run(): Promise<void>
}

/** Declare a job that comes round. */
export function defineJob(
  name: string,
  everySeconds: number,
  run: () => Promise<void>,
  options: Pick<Job, 'isRunLater'> = {},
): Job {
  return { name, everySeconds, run, ...options }
}

/** How many seconds the job that has waited longest has been due; 0 when none is. */
export async function jobAgeSeconds(sql: Knex): Promise<number> {
  const { rows } = await sql.raw<{ rows: { age: number | null }[] }>(
    `select cast(extract(epoch from now() - min(next_run_at)) as float) as age from agenda_jobs
      where not disabled and locked_at is null and next_run_at < now()`,
  )
  return rows[0]?.age ?? 0
}

/** What the scheduler needs. */
export interface JobsOptions {
  readonly url: string
  readonly jobs: readonly Job[]
  readonly log: Log
}

const PROCESS_EVERY_MS = 500
const LOCK_LIFETIME_MS = 60_000
const RETRY_MS = 2_000
const SAY_EVERY_MS = 10_000

/** The scheduled jobs of a worker: Agenda on Postgres, its tables made by a migration. */
export class Jobs {
  readonly #options: JobsOptions
  readonly #pool: pg.Pool
  readonly #inFlight = new Set<Promise<void>>()
  readonly #stopped = new Signal()
  #isStopped = false
  #saidLostAt = Number.NEGATIVE_INFINITY
  #agenda: Agenda | undefined
  #starting: Promise<void> = Promise.resolve()

  constructor(options: JobsOptions) {
    this.#options = options
    this.#pool = new pg.Pool({ connectionString: options.url, max: 4, application_name: 'kadoink jobs' })
    // A connection that breaks while idle is emitted here; without a listener it would end the process.
    this.#pool.on('error', this.#lost)
  }

  /** Begin to run what is due; returns at once. A database that is away is waited for. */
  start(): void {
    this.#starting = this.#begin()
  }

  /** Start nothing more, finish what runs. `Agenda.drain` would go on starting jobs. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#stopped.fire()
    await this.#starting
    await this.#agenda?.stop(false)
    await Promise.allSettled(this.#inFlight)
    await this.#pool.end()
  }

  async #begin(): Promise<void> {
    while (!this.#isStopped) {
      try {
        // Agenda connects once, in its constructor: it is made when there is something to connect to.
        await this.#pool.query('select 1')
        this.#agenda ??= this.#createAgenda()
        await this.#agenda.start()
        for (const { name, everySeconds, isRunLater = false } of this.#options.jobs) {
          await this.#agenda.every(everySeconds * 1000, name, undefined, { skipImmediate: isRunLater })
        }
        return
      } catch (error) {
        this.#lost(error)
        await this.#stopped.wait(RETRY_MS)
      }
    }
  }

  #createAgenda(): Agenda {
    const backend = new PostgresBackend({ pool: this.#pool, ensureSchema: false })
    const agenda = new Agenda({
      backend,
      processEvery: PROCESS_EVERY_MS,
      maxConcurrency: 20,
      defaultConcurrency: 20,
      lockLimit: 100,
      defaultLockLifetime: LOCK_LIFETIME_MS,
    })
    agenda.on('error', this.#lost)
    // Its LISTEN connection emits errors of its own, and reconnects by itself; unheard, they would end the process.
    backend.notificationChannel?.on('error', this.#lost)
    for (const job of this.#options.jobs) {
      agenda.define(job.name, () => this.#run(job), { concurrency: 1, lockLimit: 1 })
    }
    return agenda
  }

  #run(job: Job): Promise<void> {
    const running = job.run().catch((error: unknown) => {
      this.#options.log.error({ err: error, job: job.name }, 'jobs: a job failed; it comes round again')
    })
    this.#inFlight.add(running)
    return running.finally(() => this.#inFlight.delete(running))
  }

  /** Each job asks twice a second: while the database is away, that is said now and then. */
  readonly #lost = (error: unknown): void => {
    const now = performance.now()
    if (this.#isStopped || now - this.#saidLostAt < SAY_EVERY_MS) return
    this.#saidLostAt = now
    this.#options.log.warn({ err: String(error) }, 'jobs: the database is away, waiting for it')
  }
}

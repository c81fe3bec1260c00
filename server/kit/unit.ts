import knex, { type Knex } from 'knex'
import type { Clock } from './clock.ts'
import type { EventType } from './event.ts'
import { Fault, Unavailable } from './fault.ts'
import { settle } from './home.ts'
import { newId } from './id.ts'
import type { Log } from './log.ts'
import { type PendingEvent, writeEvents } from './outbox.ts'
import type { Site } from './site.ts'

/** What a reading verb works with: a way to ask the database, one reading of the clock, and what this deployment is. */
export interface View {
  readonly now: Date
  /** How far tests have moved the clock: what goes by the database's own clock adds it. */
  readonly movedMs?: number
  readonly sql: Knex
  readonly site: Site
}

/** What a writing verb works with: an open transaction, one reading of the clock, and the outbox. */
export interface Unit extends View {
  readonly sql: Knex.Transaction
  /** Tell everyone else what happened, on these channels. The event exists exactly when the unit commits. */
  emit<Data>(type: EventType<Data>, data: Data, channels: readonly string[]): void
}

/** How the database is reached. */
export interface DatabaseOptions {
  readonly url: string
  readonly poolSize: number
  readonly clock: Clock
  readonly site: Site
  readonly log: Log
  /** Called after a commit that wrote events. */
  readonly onEvents?: () => void
}

/** How long a statement, and a transaction that does nothing, may take before the database ends it. */
const STATEMENT_TIMEOUT_MS = 10_000
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000
const ATTEMPTS = 4

/** The pool of connections, and the only way to open units and views. */
export class Database {
  readonly sql: Knex
  readonly #clock: Clock
  readonly #site: Site
  readonly #onEvents: () => void

  constructor(options: DatabaseOptions) {
    this.#clock = options.clock
    this.#site = options.site
    this.#onEvents = options.onEvents ?? (() => {})
    this.sql = knex({
      client: 'pg',
      connection: {
        connectionString: options.url,
        statement_timeout: STATEMENT_TIMEOUT_MS,
        idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
        connectionTimeoutMillis: 3_000,
        application_name: 'kadoink',
      } as Knex.PgConnectionConfig,
      pool: {
        min: 0,
        max: options.poolSize,
        afterCreate: (connection: Parameters<typeof settle>[0], done: (error: unknown, made: unknown) => void) => {
          settle(connection, options.log).then(
            () => done(null, connection),
            (error: unknown) => done(error, connection),
          )
        },
      },
      acquireConnectionTimeout: 4_000,
      // Without a listener of ours, knex writes its warnings past the log.
      log: {
        warn: (message: unknown) => options.log.warn({ source: 'knex' }, String(message)),
        error: (message: unknown) => options.log.error({ source: 'knex' }, String(message)),
        debug: () => {},
        deprecate: () => {},
      },
    })
  }

  /**
   * Run a writing verb in one transaction; its events are written just before the commit. A deadlock or a
   * serialisation failure runs the verb again, so the verb must do nothing but use its unit.
   * Throws `Unavailable` when the database is away.
   */
  async write<Result>(work: (unit: Unit) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#writeOnce(work)
      } catch (error) {
        if (!isTransient(error) || attempt === ATTEMPTS) throw named(error)
      }
    }
  }

  /** Run a reading verb straight on the pool. Throws `Unavailable` when the database is away. */
  async read<Result>(work: (view: View) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.#view(this.sql))
    } catch (error) {
      throw named(error)
    }
  }

  /** Run a reading verb in one repeatable-read transaction: everything it reads is of one moment. */
  async snapshot<Result>(work: (view: View) => Promise<Result>): Promise<Result> {
    try {
      return await this.sql.transaction((sql) => work(this.#view(sql)), {
        isolationLevel: 'repeatable read',
        readOnly: true,
      })
    } catch (error) {
      throw named(error)
    }
  }

  /** How many wait for a connection. */
  get waiters(): number {
    return this.sql.client.pool?.numPendingAcquires() ?? 0
  }

  async close(): Promise<void> {
    await this.sql.destroy()
  }

  async #writeOnce<Result>(work: (unit: Unit) => Promise<Result>): Promise<Result> {
    const pending: PendingEvent[] = []
    const result = await this.sql.transaction(async (sql) => {
      const unit: Unit = {
        ...this.#view(sql),
        sql,
        emit: (type, data, channels) => {
          pending.push({ id: newId(), name: type.name, at: unit.now, data: type.schema.parse(data), channels })
        },
      }
      const answer = await work(unit).catch(keptRefusal)
      await writeEvents(sql, pending)
      return answer
    })
    if (pending.length > 0) this.#onEvents()
    if (result instanceof Kept) throw result.fault
    return result
  }

  #view(sql: Knex): View {
    const { movedMs = 0 } = this.#clock
    return { now: this.#clock.now(), movedMs, sql, site: this.#site }
  }
}

/** A refusal whose unit commits all the same: what was written besides (that it was refused) is to stay. */
export class Kept extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}

/** A fault that keeps its unit (a wrong code that has cost a try) is carried over the commit; others roll it back. */
function keptRefusal(error: unknown): Kept {
  if (error instanceof Kept) return error
  if (error instanceof Fault && error.type.keepsUnit) return new Kept(error)
  throw error
}

/**
 * Do something inside a unit that may be refused without the whole unit being lost: what it wrote and told is undone
 * when it throws, and what the unit wrote before stays. The error is thrown on.
 */
export async function attempt<Result>(unit: Unit, work: (unit: Unit) => Promise<Result>): Promise<Result> {
  const told: (() => void)[] = []
  const result = await unit.sql.transaction((sql) =>
    work({ ...unit, sql, emit: (type, data, channels) => void told.push(() => unit.emit(type, data, channels)) }),
  )
  for (const tell of told) tell()
  return result
}

/** The SQLSTATE of a database error, or the code of a network error. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

/** The name of the index or constraint that has refused a statement; null for errors of any other kind. */
export function brokenRule(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'constraint' in error ? String(error.constraint) : null
}

/** Deadlock, serialisation failure: the same work may succeed at once. */
function isTransient(error: unknown): boolean {
  return ['40P01', '40001'].includes(errorCode(error))
}

/**
 * Whether an error means that the database cannot be reached, lets us not in, takes nothing or does not answer in time,
 * rather than that a statement is wrong. SQLSTATE classes 08, 28, 3D, 53 and 57P, and 25006 of one that stands by, come
 * from PostgreSQL's appendix A.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = errorCode(error)
  if (/^(08|25006|28|3D|53|57P0|57014)/.test(code)) return true
  if (/^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|ERR_TLS|CERT_)|_CERT(_|$)|_SIGNATURE$/.test(code))
    return true
  // knex puts the statement before what pg says.
  return (
    error.name === 'KnexTimeoutError' ||
    /(^| - )(Connection terminated|Client has encountered a connection error|timeout expired|Unable to acquire|The server does not support SSL|There was an error establishing an SSL)/.test(
      error.message,
    )
  )
}

function named(error: unknown): unknown {
  if (!isDatabaseAway(error)) return error
  return Unavailable({
    retryAfterSeconds: 2,
    details: { cause: error instanceof Error ? error.message : String(error) },
  })
}

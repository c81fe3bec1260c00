import pg from 'pg'
import * as turns from '#domain/turns'
import type { Clock } from '#kit/clock'
import { newId } from '#kit/id'
import { Signal } from '#kit/signal'
import { Database } from '#kit/unit'
import { Turnstile } from '#telephony/turnstile'
import { dropDatabase, freshDatabase } from '#test/database'
import { readableLog, SITE } from '#test/kit-place'

/** A clock that stands still until a test moves it. */
export class StillClock implements Clock {
  readonly #moved = new Signal()
  #ms = Date.parse('2026-11-22T12:00:00Z')

  now(): Date {
    return new Date(this.#ms)
  }

  move(milliseconds: number): void {
    this.#ms += milliseconds
    this.#moved.fire()
  }

  async sleepUntil(moment: Date, woken: Signal = new Signal()): Promise<void> {
    if (moment > this.now()) await Promise.race([woken.wait(2 ** 31 - 1), this.#moved.wait(2 ** 31 - 1)])
  }
}

/** One worker: its own connection to the database, its own turnstile. */
export interface Worker {
  readonly database: Database
  readonly turnstile: Turnstile
  readonly lines: readonly Record<string, unknown>[]
}

/** A queue of people who wait to be rung, without anybody who rings them. */
export class QueuePlace {
  readonly clock = new StillClock()
  readonly url: string
  readonly database: Database
  readonly #callsPerSecond: number
  readonly #workers: Worker[] = []
  readonly #calls = new Map<string, { id: string; hostId: string }>()
  readonly #names = new Map<string, string>()
  #phones = 0

  private constructor(url: string, callsPerSecond: number) {
    this.url = url
    this.#callsPerSecond = callsPerSecond
    this.database = this.another()
  }

  static async open(callsPerSecond: number): Promise<QueuePlace> {
    return new QueuePlace(await freshDatabase(), callsPerSecond)
  }

  /** The same database as another process has it. */
  another({ callsPerSecond = this.#callsPerSecond, log = readableLog().log } = {}): Database {
    const site = { ...SITE, callsPerSecond }
    return new Database({ url: this.url, poolSize: 4, clock: this.clock, site, log })
  }

  /** Start a worker that lets people through. */
  worker(): Worker {
    const { log, lines } = readableLog()
    const database = this.another({ log })
    const turnstile = new Turnstile({ database, clock: this.clock, log })
    turnstile.start()
    const worker = { database, turnstile, lines }
    this.#workers.push(worker)
    return worker
  }

  /** Stop a worker as a process stops. */
  async stop(worker: Worker): Promise<void> {
    await worker.turnstile.stop()
    await worker.database.close()
    this.#workers.splice(this.#workers.indexOf(worker), 1)
  }

  /** Have so many phones of a host wait; gives their names, such as `ana 3`. */
  async wait(host: string, phones: number, { isUrgent = false } = {}): Promise<readonly string[]> {
    const call = await this.#call(host)
    const legs = Array.from({ length: phones }, () => this.#leg(host))
    await this.database.sql('participants').insert(
      legs.map(({ id, phone }) => ({
        id,
        call_id: call.id,
        role: 'guest',
        phone,
        direction: 'outbound',
        status: 'queued',
        rank: 0,
        leg_secret: '1',
        queued_at: this.clock.now(),
      })),
    )
    const wanted = legs.map(({ id }) => ({
      owner: call.hostId,
      isUrgent,
      ring: { kind: 'leg', callId: call.id, participantId: id } as const,
    }))
    await this.database.write((unit) => turns.queue(unit, wanted))
    return legs.map(({ name }) => name)
  }

  /** Who has been let through, in order, and when, in milliseconds. */
  async released(): Promise<readonly { name: string; at: number }[]> {
    const rows: { participant_id: string; released_at: Date }[] = await this.database
      .sql('ring_turns')
      .whereNotNull('released_at')
      .orderBy('released_at')
      .select('participant_id', 'released_at')
    return rows.map((row) => ({ name: this.nameOf(row.participant_id), at: row.released_at.getTime() }))
  }

  /** How many seconds everybody of a host waits by the forecast, by name. */
  async forecast(host: string): Promise<Readonly<Record<string, number>>> {
    const { id } = await this.#call(host)
    const waits = await this.database.read((view) => turns.waits(view, id))
    return Object.fromEntries([...waits].map(([participantId, seconds]) => [this.nameOf(participantId), seconds]))
  }

  /** The participant of a name. */
  idOf(name: string): string {
    return [...this.#names].find(([, known]) => known === name)?.[0] ?? ''
  }

  nameOf(participantId: string): string {
    return this.#names.get(participantId) ?? ''
  }

  /** Let so many milliseconds go by, in steps, with all that follows from each. */
  async pass(milliseconds: number, step = milliseconds): Promise<void> {
    for (let gone = 0; gone < milliseconds; gone += step) {
      this.clock.move(step)
      await this.settle()
    }
  }

  /** Wait until nobody waits whose turn is due. */
  async settle(): Promise<void> {
    await Promise.all(this.#workers.map(({ turnstile }) => turnstile.untilSettled()))
  }

  /** Let the database be away while something happens: nobody who is connected stays, and nobody comes in. */
  async outage(during: () => Promise<void>): Promise<void> {
    const address = new URL(this.url)
    const name = address.pathname.slice(1)
    address.pathname = '/postgres'
    const operator = new pg.Client({ connectionString: address.href })
    await operator.connect()
    await operator.query(`alter database ${name} with allow_connections false`)
    await operator.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    await during()
    await operator.query(`alter database ${name} with allow_connections true`)
    await operator.end()
  }

  async close(): Promise<void> {
    for (const worker of [...this.#workers]) await this.stop(worker)
    await this.database.close()
    await dropDatabase(this.url)
  }

  #leg(host: string): { id: string; name: string; phone: string } {
    const id = newId()
    this.#phones++
    const name = `${host} ${[...this.#names.values()].filter((known) => known.startsWith(`${host} `)).length + 1}`
    this.#names.set(id, name)
    return { id, name, phone: `+1555${String(this.#phones).padStart(7, '0')}` }
  }

  async #call(host: string): Promise<{ id: string; hostId: string }> {
    const known = this.#calls.get(host)
    if (known) return known
    const call = { id: newId(), hostId: newId() }
    this.#calls.set(host, call)
    const now = this.clock.now()
    await this.database.sql('users').insert({
      id: call.hostId,
      username: host,
      password_hash: '-',
      name: host,
      timezone: 'UTC',
      locale: 'en',
      created_at: now,
      updated_at: now,
    })
    await this.database.sql('calls').insert({
      id: call.id,
      host_id: call.hostId,
      kind: 'direct',
      status: 'in_progress',
      privacy: 'private',
      max_participants: 250,
      max_seconds: 3600,
      created_at: now,
    })
    return call
  }
}

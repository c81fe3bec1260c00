import { z } from 'zod'
import { type Consumer, defineEffect, defineProjection, type Effect, type Projection } from '#kit/consumer'
import { defineEvent, type StoredEvent } from '#kit/event'
import { Relay, type RelayOptions } from '#kit/relay'
import type { Database, Unit } from '#kit/unit'
import { Waker } from '#kit/waker'
import { dropDatabase, freshDatabase } from '#test/database'
import { openDatabase, readableLog } from '#test/kit-place'

/** Something was counted. */
export const Counted = defineEvent('thing.counted', z.object({ number: z.number(), lane: z.string().default('a') }))
/** Something that no consumer of these tests asks for. */
export const Passed = defineEvent('thing.passed', z.object({}))

/** A database with an outbox, and processes that read it. */
export class Outbox {
  readonly url: string
  readonly database: Database
  /** Every statement that was sent, by all processes. */
  readonly asked: string[] = []
  readonly #databases: Database[] = []
  readonly #relays: Relay[] = []

  private constructor(url: string) {
    this.url = url
    this.database = this.another()
  }

  static async open(): Promise<Outbox> {
    const outbox = new Outbox(await freshDatabase())
    await outbox.database.sql.raw('create table told (number integer not null)')
    return outbox
  }

  /** The same database as another process has it: events are told of by NOTIFY alone. */
  another(): Database {
    const { log } = readableLog()
    const waker = new Waker(() => database.sql, log)
    const database = openDatabase(this.url, { onEvents: waker.wake })
    database.sql.on('query', ({ sql }: { sql: string }) => this.asked.push(sql))
    this.#databases.push(database)
    return database
  }

  /** Start a relay, in a process of its own as far as it can tell. */
  relay(consumers: readonly Consumer[], options: Partial<RelayOptions> = {}): Relay {
    const { log } = readableLog()
    const relay = new Relay({ database: this.another(), url: this.url, consumers, log, ...options })
    this.#relays.push(relay)
    relay.start()
    return relay
  }

  /** Emit numbers, each in a unit of its own. */
  async count(...numbers: readonly number[]): Promise<void> {
    for (const number of numbers) await this.database.write(async (unit) => emit(unit, number))
  }

  /** What a projection has written. */
  async told(): Promise<readonly number[]> {
    return this.database.sql('told').orderBy('number').pluck('number')
  }

  /** End the connection of whoever leads. */
  async cutLeader(): Promise<void> {
    await this.database.sql.raw(
      `select pg_terminate_backend(pg_locks.pid) from pg_locks join pg_stat_activity using (pid)
        where locktype = 'advisory' and granted and application_name = 'kadoink relay' and datname = current_database()`,
    )
  }

  /** Whether a transaction waits for another one. */
  async isSomeoneWaiting(): Promise<boolean> {
    const { rows } = await this.database.sql.raw(
      `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
    return rows.length > 0
  }

  async close(): Promise<void> {
    await Promise.all(this.#relays.map((relay) => relay.stop()))
    await Promise.all(this.#databases.map((database) => database.close()))
    await dropDatabase(this.url)
  }
}

export function emit(unit: Unit, number: number, lane = 'a'): void {
  unit.emit(Counted, { number, lane }, ['numbers'])
}

/** Writes every number into `told`. */
export function teller(before: (number: number, unit: Unit) => Promise<void> | void = () => {}): Projection {
  return defineProjection('teller', (on) => {
    on(Counted, async (unit, { data }) => {
      await before(data.number, unit)
      await unit.sql('told').insert({ number: data.number })
    })
  })
}

/** An effect on every number; numbers of one lane are handled in order. */
export function effect(handle: (number: number, event: StoredEvent) => Promise<void> | void, name = 'effect'): Effect {
  return defineEffect(
    name,
    ({ data }) => (data as { lane: string }).lane,
    (on) => {
      on(Counted, async (event) => handle(event.data.number, event))
    },
  )
}

import type { Knex } from 'knex'
import pg from 'pg'
import type { Consumer, Effect } from './consumer.ts'
import { EffectRunner } from './effect-runner.ts'
import { comparePositions, type Position } from './event.ts'
import { settle } from './home.ts'
import type { Log } from './log.ts'
import { Lookout } from './lookout.ts'
import { type HeardEvent, horizon, isHeldBack, readEvents, readHeard, type ToldEvent } from './outbox.ts'
import { park } from './parked.ts'
import { fold, loadCursor, saveCursor } from './relay-store.ts'
import { Signal } from './signal.ts'
import type { Database } from './unit.ts'
import { CHANNEL } from './waker.ts'

/** The advisory lock of the relay's leader, any fixed number. */
const LEADER_LOCK = 7_105_201
const POLL_MS = 500
/** How often it is tried again to lead, and to hand on what could not be: what was away may be back. */
const STANDBY_MS = 1_000
const SETTLE_POLL_MS = 25
const SILENT_MS = 10_000
const PARK_AFTER = 12
/** Ends the session that holds a lock, when it has said nothing for so many milliseconds, and waits a second for its end. */
const DEPOSE_SILENT = `
  select pg_terminate_backend(pid, 1000) from pg_locks join pg_stat_activity using (pid)
   where locktype = 'advisory' and classid = 0 and objid = $1::int::oid and objsubid = 1 and granted
     and datname = current_database() and application_name = 'kadoink relay'
     and state_change < now() - $2 * interval '1 millisecond'`
const pauseMs = (failures: number): number => Math.min(15_000, 200 * 2 ** failures)

/** What the relay needs. */
export interface RelayOptions {
  readonly database: Database
  readonly url: string
  readonly consumers: readonly Consumer[]
  readonly log: Log
  /** How often the outbox is looked at when nothing wakes the relay. */
  readonly pollMs?: number
  /** After this many failures of one event, an effect parks it and goes on. */
  readonly parkAfter?: number
  /** How long an effect waits before it tries an event again, by the number of failures. */
  readonly pauseMs?: (failures: number) => number
  /** A leader whose connection was silent for so long is deposed by those who stand by. */
  readonly silentMs?: number
}

/**
 * Reads the outbox and feeds each consumer at its own pace. Of all processes that run a relay, one leads: the one
 * that holds the database's advisory lock; another takes over when its connection is gone. A frozen process, or a machine
 * that lost its power, leaves a connection that the database believes in; the leader says something on it now and then,
 * and when it has not for long, those who stand by end it. Two leaders for a moment do no harm: cursors of projections
 * are compared before they are moved, effects claim before they act, sockets know what they have heard.
 */
export class Relay {
  readonly #options: Required<RelayOptions>
  readonly #wake = new Signal()
  readonly #progress = new Signal()
  /** Fires when this relay leads no longer: nobody waits for the next try then. */
  readonly #halt = new Signal()
  readonly #cursors = new Map<string, Position>()
  readonly #runners = new Map<string, EffectRunner>()
  /** Effects that had too much in hand to read on. */
  readonly #held = new Set<string>()
  readonly #lookout: Lookout
  #leading = false
  #stopped = false
  #client: pg.Client | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(options: RelayOptions) {
    this.#options = { pollMs: POLL_MS, parkAfter: PARK_AFTER, silentMs: SILENT_MS, pauseMs, ...options }
    this.#lookout = new Lookout(options.database)
  }

  /** Begin to stand for leadership; returns at once. */
  start(): void {
    this.#running = this.#stand()
  }

  /** Look at the outbox now rather than at the next poll. */
  wake(): void {
    this.#rouse()
  }

  /** Whether this process feeds the consumers. */
  get leading(): boolean {
    return this.#leading
  }

  /** Whether every consumer has handled everything that may be read now. */
  async caughtUp(): Promise<boolean> {
    if (!this.#leading) return false
    const now = await horizon(this.#options.database.sql)
    return this.#options.consumers.every(({ name }) => {
      const cursor = this.#runners.get(name)?.done ?? this.#cursors.get(name)
      return cursor !== undefined && comparePositions(cursor, now) >= 0
    })
  }

  /** Whether every consumer has handled everything that is committed, and nothing waits behind an older transaction. */
  async settled(): Promise<boolean> {
    return !(await isHeldBack(this.#options.database.sql)) && (await this.caughtUp())
  }

  /** The age in seconds of the oldest event that some consumer has not handled; 0 where this process does not lead. */
  async lagSeconds(): Promise<number> {
    if (!this.#leading) return 0
    const { database, consumers } = this.#options
    const until = await horizon(database.sql)
    const ages = consumers.map(async (consumer) => {
      const after = this.#runners.get(consumer.name)?.done ?? this.#cursors.get(consumer.name) ?? until
      const stretch = { after, until, limit: 1 }
      const read = consumer.kind === 'broadcast' ? readHeard : (sql: Knex) => readEvents(sql, consumer.events, stretch)
      const [oldest] = await read(database.sql, stretch)
      return oldest ? (Date.now() - oldest.at.getTime()) / 1000 : 0
    })
    return Math.max(0, ...(await Promise.all(ages)))
  }

  /** Resolves when `settled` is true; for tests, which must not guess how long things take. */
  async untilSettled(): Promise<void> {
    for (;;) {
      const moved = this.#progress.wait(SETTLE_POLL_MS)
      if (await this.settled()) return
      this.#rouse()
      await moved
    }
  }

  /** Finish what is in hand, give up leadership. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#rouse()
    this.#halt.fire()
    await this.#running
  }

  async #stand(): Promise<void> {
    while (!this.#stopped) {
      try {
        if (await this.#elect()) await this.#lead()
      } catch (error) {
        this.#options.log.warn({ err: String(error) }, 'relay: the database is away, standing by')
      } finally {
        this.#leading = false
        await this.#client?.end().catch(() => {})
        this.#client = undefined
      }
      if (!this.#stopped) await this.#wake.wait(STANDBY_MS)
    }
  }

  async #elect(): Promise<boolean> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'kadoink relay',
      connectionTimeoutMillis: 3_000,
      keepAlive: true,
    })
    this.#client = client
    const lost = (): void => {
      this.#leading = false
      this.#rouse()
      this.#halt.fire()
    }
    client.on('error', lost)
    client.on('end', lost)
    client.on('notification', () => this.#rouse())
    await client.connect()
    if (!(await this.#win(client))) return false
    await settle(client, this.#options.log)
    await client.query(`listen ${CHANNEL}`)
    return true
  }

  /** Take the lock, if it is free or its holder has been silent for too long. */
  async #win(client: pg.Client): Promise<boolean> {
    for (;;) {
      const { rows } = await client.query<{ won: boolean }>('select pg_try_advisory_lock($1) as won', [LEADER_LOCK])
      if (rows[0]?.won === true) return true
      const { rowCount } = await client.query(DEPOSE_SILENT, [LEADER_LOCK, this.#options.silentMs])
      if (!rowCount) return false
      this.#options.log.warn('relay: the leader said nothing for too long and was deposed')
    }
  }

  async #lead(): Promise<void> {
    this.#leading = true
    this.#options.log.info('relay: leading')
    const heartbeat = setInterval(
      () => void this.#client?.query('select 1').catch(() => {}),
      this.#options.silentMs / 5,
    )
    try {
      await Promise.all(this.#options.consumers.map((consumer) => this.#follow(consumer)))
      await Promise.all([...this.#runners.values()].map((runner) => runner.drain()))
    } finally {
      clearInterval(heartbeat)
    }
    this.#runners.clear()
    this.#cursors.clear()
    this.#held.clear()
  }

  async #follow(consumer: Consumer): Promise<void> {
    let failures = 0
    while (this.#leading && !this.#stopped) {
      const woken = this.#wake.wait(failures === 0 ? this.#options.pollMs : Math.min(STANDBY_MS, 100 * 2 ** failures))
      try {
        const isMore = await this.#step(consumer)
        failures = 0
        this.#progress.fire()
        if (isMore) continue
      } catch (error) {
        failures = Math.min(failures + 1, 7)
        this.#options.log.error(
          { err: String(error), consumer: consumer.name },
          'relay: a consumer failed, trying again',
        )
      }
      await woken
    }
  }

  /** Have everybody look at the outbox. */
  #rouse(): void {
    this.#lookout.rouse()
    this.#wake.fire()
  }

  /** Handle, or take on, one batch; true when another may be waiting. */
  async #step(consumer: Consumer): Promise<boolean> {
    const runner = consumer.kind === 'effect' ? await this.#runner(consumer) : undefined
    if (runner?.isFull) {
      this.#held.add(consumer.name)
      return false
    }
    const after = runner?.readTo ?? (await this.#cursor(consumer))
    const { events, reached, isMore, epoch } = await this.#lookout.find(after, consumer)
    if (runner) runner.take(events, reached)
    else {
      if (events.length > 0) await this.#handle(consumer, events, reached, epoch)
      this.#cursors.set(consumer.name, reached)
    }
    return isMore
  }

  async #handle(consumer: Consumer, events: readonly ToldEvent[], reached: Position, epoch: string): Promise<void> {
    const { database } = this.#options
    if (consumer.kind === 'projection') await database.write((unit) => fold(unit, consumer, events, reached))
    const heard = consumer.kind === 'broadcast' ? events.flatMap(heardOf) : []
    if (consumer.kind !== 'broadcast' || heard.length === 0) return
    await consumer.publish(heard, epoch)
    await saveCursor(database, consumer.name, reached)
  }

  async #cursor({ name }: Consumer): Promise<Position> {
    const known = this.#cursors.get(name)
    if (known) return known
    const cursor = await loadCursor(this.#options.database, name)
    this.#cursors.set(name, cursor)
    return cursor
  }

  async #runner(effect: Effect): Promise<EffectRunner> {
    const known = this.#runners.get(effect.name)
    if (known) return known
    const { database, log, parkAfter, pauseMs } = this.#options
    const runner = new EffectRunner({
      effect,
      log,
      parkAfter,
      pauseMs,
      from: await loadCursor(database, effect.name),
      isLeading: () => this.#leading && !this.#stopped,
      halt: this.#halt,
      save: (done) => saveCursor(database, effect.name, done),
      park: (event, error) => database.write((unit) => park(unit, effect.name, event, String(error))),
      onProgress: () => {
        this.#progress.fire()
        // Whoever had too much in hand reads on.
        if (this.#held.delete(effect.name)) this.#rouse()
      },
    })
    this.#runners.set(effect.name, runner)
    return runner
  }
}

/**
 * The age in seconds of the oldest event that a broadcast has not told, for processes that do not run the relay: its
 * position is saved with every batch, whoever leads.
 */
export async function untoldSeconds(database: Database, broadcast: string): Promise<number> {
  const after = await loadCursor(database, broadcast)
  const [oldest] = await readHeard(database.sql, { after, until: await horizon(database.sql), limit: 1 })
  return oldest ? Math.max(0, (Date.now() - oldest.at.getTime()) / 1000) : 0
}

/** An event once for each channel it is heard on. */
function heardOf({ channels, ...event }: ToldEvent): readonly HeardEvent[] {
  return channels.map((channel) => ({ ...event, channel }))
}

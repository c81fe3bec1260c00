import type { Knex } from 'knex'
import type { Position, StoredEvent } from './event.ts'

/**
 * The outbox: table `events`, and `event_channels`, which says on which channels an event is heard. It is also the
 * history that sockets resume from.
 *
 * A position is (xid, seq) and is only ever read below the snapshot's horizon,
 * `xid < pg_snapshot_xmin(pg_current_snapshot())`: a sequence number alone is given before the commit, so a slow
 * transaction would appear behind a reader that has already passed its number, and its events would be lost.
 *
 * `xid` is that of the writing transaction, or the newest transaction that was over when the events were written, if that
 * is newer. A transaction has its number from its first write on, and may then wait for a lock; by its own number alone
 * its events would stand before those of whoever held the lock and was done first. No reader comes past it too early:
 * while the transaction is open the horizon is not beyond its own number, and what is written later is numbered higher.
 *
 * Positions and the horizon count transactions from `outbox_state.base`, which is 0 until the database is restored into
 * a cluster that has counted fewer: see `home.ts`.
 */

/** An event that waits for its unit to commit. */
export interface PendingEvent {
  readonly id: string
  readonly name: string
  readonly at: Date
  readonly data: unknown
  readonly channels: readonly string[]
}

/** An event together with one of the channels it is heard on. */
export interface HeardEvent extends StoredEvent {
  readonly channel: string
}

/** An event together with all channels it is heard on. */
export interface ToldEvent extends StoredEvent {
  readonly channels: readonly string[]
}

/** What lies behind a position. */
export interface Ahead {
  /** Events before this may be read now. */
  readonly until: Position
  readonly epoch: string
  /** Oldest first. */
  readonly events: readonly ToldEvent[]
}

/** Before everything. */
export const ORIGIN: Position = { xid: 0n, seq: 0n }

/**
 * Events and where they are heard, written at one place in the history: see above. The snapshot is that of the statement,
 * not of the transaction.
 */
const WRITE = `
  with place as (
    select cast(cast(base + greatest(cast(cast(pg_current_xact_id() as text) as bigint),
                                     cast(cast(pg_snapshot_xmax(pg_current_snapshot()) as text) as bigint) - 1) as text) as xid8) as xid
      from outbox_state),
  written as (
    insert into events (id, xid, name, at, data)
    select told.id, place.xid, told.name, told.at, cast(told.data as jsonb)
      from place, unnest(cast(? as uuid[]), cast(? as text[]), cast(? as timestamptz[]), cast(? as text[]))
           with ordinality as told (id, name, at, data, place)
     order by told.place
    returning id, xid, seq, at)
  insert into event_channels (channel, xid, seq, at)
  select heard.channel, written.xid, written.seq, written.at
    from unnest(cast(? as uuid[]), cast(? as text[])) as heard (id, channel) join written using (id)`

/** The first transaction that is not over, as positions count them. */
const HORIZON =
  'cast(cast(base + cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint) as text) as xid8)'

/** Write a unit's events, in the order in which they were emitted. */
export async function writeEvents(sql: Knex.Transaction, pending: readonly PendingEvent[]): Promise<void> {
  if (pending.length === 0) return

  const heard = pending.flatMap(({ id, channels }) => [...new Set(channels)].map((channel) => ({ id, channel })))
  await sql
    .raw(WRITE, [
      pending.map(({ id }) => id),
      pending.map(({ name }) => name),
      pending.map(({ at }) => at),
      pending.map(({ data }) => JSON.stringify(data)),
      heard.map(({ id }) => id),
      heard.map(({ channel }) => channel),
    ])
    // The same words every time: the database plans them once for each connection.
    .options({ name: 'write_events' })
}

/** The position that "from now on" begins at: everything before it is committed or gone, nothing behind it is read yet. */
export async function horizon(sql: Knex): Promise<Position> {
  const { rows } = await sql.raw<{ rows: { xid: string }[] }>(`select ${HORIZON} as xid from outbox_state`)
  return { xid: BigInt(rows[0]?.xid ?? 0), seq: 0n }
}

/** Whether committed events wait for an older transaction to end before they may be read. */
export async function isHeldBack(sql: Knex): Promise<boolean> {
  const { rows } = await sql.raw<{ rows: { held: boolean }[] }>(
    `select exists (select 1 from events where xid >= (select ${HORIZON} from outbox_state)) as held`,
  )
  return rows[0]?.held === true
}

/** When the oldest and the newest of the events happened that are kept; null where there is none. */
export async function span(sql: Knex): Promise<{ readonly oldestAt: Date | null; readonly newestAt: Date | null }> {
  const edge = (order: 'asc' | 'desc') =>
    sql<EventRow>('events').orderBy('xid', order).orderBy('seq', order).limit(1).pluck<Date[]>('at')
  const [[oldestAt = null], [newestAt = null]] = [await edge('asc'), await edge('desc')]
  return { oldestAt, newestAt }
}

/** A stretch of the outbox: behind `after`, and of transactions before `until`, which comes from `horizon`. */
export interface Stretch {
  readonly after: Position
  readonly until: Position
  readonly limit: number
}

/** Events of some kinds in a stretch, oldest first. */
export async function readEvents(sql: Knex, names: readonly string[], stretch: Stretch): Promise<StoredEvent[]> {
  const { rows } = await sql.raw<{ rows: EventRow[] }>(
    `select id, name, xid, seq, at, data from events
      where (xid, seq) > (cast(cast(:xid as text) as xid8), cast(:seq as bigint)) and xid < cast(cast(:until as text) as xid8) and name = any(:names)
      order by xid, seq limit :limit`,
    { ...bounds(stretch), names: [...names] },
  )
  return rows.map(toEvent)
}

/**
 * The next events behind a position, whatever they are, with up to where and in which history they may be read now: one
 * statement, all of one moment.
 */
export async function readAhead(sql: Knex, after: Position, limit: number): Promise<Ahead> {
  const { rows } = await sql
    .raw<{ rows: AheadRow[] }>(
      `with edge as (select ${HORIZON} as until, epoch from outbox_state limit 1)
       select cast(edge.until as text) as until, edge.epoch, next.* from edge
         left join lateral (
           select id, name, xid, seq, at, data,
                  array(select channel from event_channels heard
                         where heard.xid = events.xid and heard.seq = events.seq and heard.at = events.at
                         order by channel) as channels
             from events
            where (xid, seq) > (cast(cast(? as text) as xid8), cast(? as bigint)) and xid < edge.until
            order by xid, seq limit ?) next on true
        order by next.xid, next.seq`,
      [String(after.xid), String(after.seq), limit],
    )
    .options({ name: 'read_ahead' })
  const [first] = rows
  if (!first) throw new Error('The outbox has no state.')
  return {
    until: { xid: BigInt(first.until), seq: 0n },
    epoch: first.epoch,
    events: rows.filter(isEvent).map((row) => ({ ...toEvent(row), channels: row.channels })),
  }
}

/**
 * Events in a stretch, once for each channel they are heard on, oldest first. The limit counts events, and of them
 * only those that are heard at all: a stretch of many that are not must not look like the end.
 */
export async function readHeard(sql: Knex, stretch: Stretch): Promise<HeardEvent[]> {
  const { rows } = await sql.raw<{ rows: HeardRow[] }>(
    `with next as (
       select id, name, xid, seq, at, data from events
        where (xid, seq) > (cast(cast(:xid as text) as xid8), cast(:seq as bigint)) and xid < cast(cast(:until as text) as xid8)
          and exists (select 1 from event_channels heard
                       where heard.xid = events.xid and heard.seq = events.seq and heard.at = events.at)
        order by xid, seq limit :limit)
     select next.*, heard.channel from next
       join event_channels heard on heard.xid = next.xid and heard.seq = next.seq and heard.at = next.at
      order by next.xid, next.seq, heard.channel`,
    bounds(stretch),
  )
  return rows.map(toHeard)
}

/**
 * What was said on some channels in a stretch, oldest first. The limit counts what is heard. `events` stands first:
 * tables are locked in the order in which a statement names them, and `retention.ts` counts on that order.
 */
export async function readChannels(sql: Knex, channels: readonly string[], stretch: Stretch): Promise<HeardEvent[]> {
  const { rows } = await sql.raw<{ rows: HeardRow[] }>(
    `select events.id, events.name, events.xid, events.seq, events.at, events.data, heard.channel
       from events
       join (select channel, xid, seq, at from event_channels
              where channel = any(:channels) and (xid, seq) > (cast(cast(:xid as text) as xid8), cast(:seq as bigint)) and xid < cast(cast(:until as text) as xid8)
              order by xid, seq limit :limit) heard
         on events.xid = heard.xid and events.seq = heard.seq and events.at = heard.at
      order by events.xid, events.seq, heard.channel`,
    { ...bounds(stretch), channels: [...channels] },
  )
  return rows.map(toHeard)
}

/** What the outbox says of itself: which history this is, and where its kept part begins. */
export interface OutboxState {
  /** Changes when the database is restored from a backup; positions of another epoch mean nothing. */
  readonly epoch: string
  /** Events at or before this position may have been dropped. */
  readonly floor: Position
  /** See `horizon`. */
  readonly horizon: Position
}

/** Read what the outbox says of itself now. */
export async function outboxState(sql: Knex): Promise<OutboxState> {
  const { rows } = await sql
    .raw<{ rows: { epoch: string; floor_xid: string; floor_seq: string; horizon: string }[] }>(
      `select epoch, floor_xid, floor_seq, cast(${HORIZON} as text) as horizon from outbox_state`,
    )
    .options({ name: 'outbox_state' })
  const [row] = rows
  if (!row) throw new Error('The outbox has no state.')
  return {
    epoch: row.epoch,
    floor: { xid: BigInt(row.floor_xid), seq: BigInt(row.floor_seq) },
    horizon: { xid: BigInt(row.horizon), seq: 0n },
  }
}

interface EventRow {
  readonly id: string
  readonly name: string
  readonly xid: string
  readonly seq: string
  readonly at: Date
  readonly data: unknown
}

interface AheadEventRow extends EventRow {
  readonly channels: readonly string[]
}

/** Without an event in it when there is none. */
type AheadRow = { readonly until: string; readonly epoch: string } & (AheadEventRow | { readonly id: null })

function isEvent(row: AheadRow): row is AheadRow & AheadEventRow {
  return row.id !== null
}

interface HeardRow extends EventRow {
  readonly channel: string
}

function bounds({ after, until, limit }: Stretch) {
  return { xid: String(after.xid), seq: String(after.seq), until: String(until.xid), limit }
}

function toHeard(row: HeardRow): HeardEvent {
  return { ...toEvent(row), channel: row.channel }
}

function toEvent(row: EventRow): StoredEvent {
  const position = { xid: BigInt(row.xid), seq: BigInt(row.seq) }
  return { id: row.id, name: row.name, position, at: row.at, data: row.data }
}

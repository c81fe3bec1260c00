import { secondsAfter } from './clock.ts'
import type { Unit } from './unit.ts'

const DAY = 86_400
const KEEP_DAYS = 7
const AHEAD_DAYS = 3
const TABLES = ['events', 'event_channels'] as const

/**
 * Make the outbox's day partitions for the next days, and drop those older than a week. What was dropped is noted as
 * the floor in the same transaction: a cursor below it is answered with `resync`, never with silence.
 */
export async function keepPartitions(unit: Unit): Promise<void> {
  await unit.sql.raw('select pg_advisory_xact_lock(7105203)')
  for (let day = 0; day <= AHEAD_DAYS; day++) await makeDay(unit, secondsAfter(unit.now, day * DAY))
  const oldest = dayOf(secondsAfter(unit.now, -KEEP_DAYS * DAY))
  const { rows } = await unit.sql.raw<{ rows: { name: string }[] }>(
    `select relname as name from pg_class join pg_inherits on inhrelid = pg_class.oid
      where inhparent = 'events'::regclass and relname ~ '^events_\\d{8}$' order by relname`,
  )
  for (const { name } of rows) {
    const day = name.slice('events_'.length)
    if (day < oldest) await dropDay(unit, day)
  }
  await clearDefaults(unit)
}

/** Delete what has served its time: receipts, idempotency keys, settled orders, old codes. */
export async function tidy(unit: Unit): Promise<void> {
  const weekAgo = secondsAfter(unit.now, -KEEP_DAYS * DAY)
  await unit.sql('receipts').where('heard_at', '<', weekAgo).delete()
  await unit.sql('idempotency_keys').where('expires_at', '<', unit.now).delete()
  await unit.sql('orders').where('updated_at', '<', weekAgo).whereNot({ state: 'unknown' }).delete()
  await unit
    .sql('code_sends')
    .where('sent_at', '<', secondsAfter(unit.now, -2 * DAY))
    .delete()
  await unit
    .sql('challenges')
    .where('expires_at', '<', secondsAfter(unit.now, -2 * DAY))
    .delete()
}

/** A day whose rows already lie in the default partition keeps them there: its own partition would be refused. */
async function makeDay(unit: Unit, day: Date): Promise<void> {
  const from = day.toISOString().slice(0, 10)
  const to = secondsAfter(new Date(`${from}T00:00:00Z`), DAY)
    .toISOString()
    .slice(0, 10)
  for (const table of TABLES) {
    const name = `${table}_${dayOf(day)}`
    const { rows } = await unit.sql.raw<{ rows: { taken: boolean }[] }>(
      `select to_regclass(?) is not null or exists (select 1 from ${table}_default where at >= ? and at < ?) as taken`,
      [name, from, to],
    )
    if (rows[0]?.taken) continue
    await unit.sql.raw(`create table ${name} partition of ${table} for values from ('${from}') to ('${to}')`)
  }
}

/** What the default partitions took in is as mortal as the rest. */
async function clearDefaults(unit: Unit): Promise<void> {
  const before = secondsAfter(unit.now, -KEEP_DAYS * DAY)
  await unit.sql.raw(
    `update outbox_state set (floor_xid, floor_seq) = (last.xid, last.seq)
       from (select xid, seq from events_default where at < ? order by xid desc, seq desc limit 1) last
      where (outbox_state.floor_xid, outbox_state.floor_seq) < (last.xid, last.seq)`,
    [before],
  )
  for (const table of TABLES) await unit.sql(`${table}_default`).where('at', '<', before).delete()
}

async function dropDay(unit: Unit, day: string): Promise<void> {
  await unit.sql.raw(`
    update outbox_state set (floor_xid, floor_seq) =
      (select xid, seq from events_${day} order by xid desc, seq desc limit 1)
     where exists (select 1 from events_${day})`)
  for (const table of TABLES) await unit.sql.raw(`drop table if exists ${table}_${day}`)
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10).replaceAll('-', '')
}

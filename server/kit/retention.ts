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
  const days = Array.from({ length: AHEAD_DAYS + 1 }, (_, ahead) => secondsAfter(unit.now, ahead * DAY))
  const old = await oldDays(unit)
  let isDue = old.length > 0
  for (const day of days) isDue ||= (await missingOn(unit, day)).length > 0
  if (isDue) {
    // Both at once and in the order in which everybody else locks them: taken one by one, as each is needed, they and
    // a reader of both tables would wait for each other.
    await unit.sql.raw('lock table events, event_channels in access exclusive mode')
    for (const day of days) await makeDay(unit, day)
    for (const day of old) await dropDay(unit, day)
  }
  await clearDefaults(unit)
}

/** Days that have a partition and are older than a week. */
async function oldDays(unit: Unit): Promise<readonly string[]> {
  const oldest = dayOf(secondsAfter(unit.now, -KEEP_DAYS * DAY))
  const { rows } = await unit.sql.raw<{ rows: { name: string }[] }>(
    `select relname as name from pg_class join pg_inherits on inhrelid = pg_class.oid
      where inhparent = 'events'::regclass and relname ~ '^events_\\d{8}$' order by relname`,
  )
  return rows.map(({ name }) => name.slice('events_'.length)).filter((day) => day < oldest)
}

/** Delete what has served its time: receipts, idempotency keys, settled orders. */
export async function tidy(unit: Unit): Promise<void> {
  const weekAgo = secondsAfter(unit.now, -KEEP_DAYS * DAY)
  await unit.sql('receipts').where('heard_at', '<', weekAgo).delete()
  await unit.sql('idempotency_keys').where('expires_at', '<', unit.now).delete()
  await unit.sql('orders').where('updated_at', '<', weekAgo).whereNot({ state: 'unknown' }).delete()
}

/** The tables that lack a day. One whose rows already lie in the default partition keeps them there. */
async function missingOn(unit: Unit, day: Date): Promise<readonly (typeof TABLES)[number][]> {
  const { from, to } = boundsOf(day)
  const missing: (typeof TABLES)[number][] = []
  for (const table of TABLES) {
    const { rows } = await unit.sql.raw<{ rows: { taken: boolean }[] }>(
      `select to_regclass(?) is not null or exists (select 1 from ${table}_default where at >= ? and at < ?) as taken`,
      [`${table}_${dayOf(day)}`, from, to],
    )
    if (!rows[0]?.taken) missing.push(table)
  }
  return missing
}

async function makeDay(unit: Unit, day: Date): Promise<void> {
  const { from, to } = boundsOf(day)
  for (const table of await missingOn(unit, day)) {
    const name = `${table}_${dayOf(day)}`
    await unit.sql.raw(`create table ${name} partition of ${table} for values from ('${from}') to ('${to}')`)
  }
}

function boundsOf(day: Date): { from: string; to: string } {
  const from = day.toISOString().slice(0, 10)
  const to = secondsAfter(new Date(`${from}T00:00:00Z`), DAY)
    .toISOString()
    .slice(0, 10)
  return { from, to }
}

async function dropDay(unit: Unit, day: string): Promise<void> {
  await unit.sql.raw(`
    update outbox_state set (floor_xid, floor_seq) =
      (select xid, seq from events_${day} order by xid desc, seq desc limit 1)
     where exists (select 1 from events_${day})`)
  for (const table of TABLES) await unit.sql.raw(`drop table if exists ${table}_${day}`)
}

/** Delete what the default partitions hold once it is a week old. The floor only ever rises. */
async function clearDefaults(unit: Unit): Promise<void> {
  const weekAgo = secondsAfter(unit.now, -KEEP_DAYS * DAY)
  await unit.sql.raw(
    `with gone as (delete from events_default where at < ? returning xid, seq),
          last as (select xid, seq from gone order by xid desc, seq desc limit 1)
     update outbox_state set floor_xid = last.xid, floor_seq = last.seq
       from last where (last.xid, last.seq) > (floor_xid, floor_seq)`,
    [weekAgo],
  )
  await unit.sql('event_channels_default').where('at', '<', weekAgo).delete()
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10).replaceAll('-', '')
}

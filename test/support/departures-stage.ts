import { purge } from '#domain/departures'
import type { Blobs } from '#domain/media'
import type { Database } from '#kit/unit'
import type { Answer, Json, Person } from '#test/people'
import { PASSWORD, type World } from '#test/world'

/** Delete one's account. */
export function leaves(person: Person, proof: Json = { password: PASSWORD }): Promise<Answer> {
  return person.ask('DELETE', '/me', proof)
}

/** Let requests that were under way be over, and delete what is left of those who have gone, as two workers would. */
export async function purgeAll(world: World, blobs: Blobs): Promise<void> {
  await world.settle()
  await world.moveClock(61)
  await untilPurged(world, blobs)
}

/** The same, until nobody is left: the worker of the world does it as well, and whoever has one keeps it from others. */
export async function untilPurged(world: World, blobs: Blobs): Promise<void> {
  const { database } = world.running
  for (let round = 0; round < 50; round++) {
    await Promise.all([1, 2].map(() => purge(database, blobs)))
    if ((await database.sql('departures').where({ state: 'purging' })).length === 0) return
  }
  throw new Error('Something is left of somebody.')
}

/** Tables that keep what is said with reason after somebody has left, each for its own time, or for good. */
const KEPT: Readonly<Record<string, string>> = {
  events: 'a week',
  event_channels: 'a week',
  orders: 'a week',
  receipts: 'a week',
  code_sends: 'two days: the limits of codes',
  ring_turns: 'a day: whose turn it was',
  resting_names: 'ninety days',
  resting_usernames: 'ninety days',
  opt_outs: 'for good: who wants no texts gets none, whoever has the number',
  correspondents: 'ninety days: which number of ours a phone hears from',
  agenda_jobs: 'nothing of people',
}

/** The rows, by table, in which one of these words still stands, but for the tables that keep such words with reason. */
export async function tracesOf(world: World, words: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const { sql } = world.running.database
  const tables: string[] = await sql('pg_class')
    .join('pg_namespace', 'pg_namespace.oid', 'pg_class.relnamespace')
    .where({ nspname: 'public' })
    .whereIn('relkind', ['r', 'p'])
    .where({ relispartition: false })
    .pluck('relname')
  const traces: Record<string, number> = {}
  for (const table of tables.filter((name) => !(name in KEPT))) {
    const rows = sql(table).where((any) => {
      for (const word of words) any.orWhereRaw('position(? in row_to_json(??)::text) > 0', [word, table])
    })
    const [row] = await rows.count({ count: '*' })
    if (Number(row?.count) > 0) traces[table] = Number(row?.count)
  }
  return traces
}

/** A database that dies, as a process does, when the nth unit is about to be written. */
export function dyingAt(database: Database, unit: number): Database {
  let written = 0
  return new Proxy(database, {
    get(target, property) {
      if (property !== 'write') return Reflect.get(target, property, target).bind?.(target)
      return (work: Parameters<Database['write']>[0]) => {
        written++
        if (written === unit) throw new Error('The process died.')
        return target.write(work)
      }
    },
  })
}

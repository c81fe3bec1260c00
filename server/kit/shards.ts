import { randomInt } from 'node:crypto'
import type { Unit } from './unit.ts'

/** So many rows hold the count of one thing: those who count it at once seldom wait for each other. */
const SHARDS = 8

/** Where things of a table are counted. */
export interface Counted {
  /** The table of the counts; its key is this column and `shard`. */
  readonly counts: string
  readonly key: string
  /** The table of the things. */
  readonly things: string
}

/** Add to counts in one column, by thing; things that are gone by now are left out. */
export async function addToShards(
  unit: Unit,
  { counts, key, things }: Counted,
  column: string,
  added: ReadonlyMap<string, number>,
): Promise<void> {
  // In one order everywhere, so that two who count the same things wait for each other instead of both.
  const ids = [...added.keys()].sort()
  await unit.sql.raw(
    `insert into :counts: (:key:, shard, :column:)
     select added.id, cast(:shard as smallint), added.times
       from unnest(cast(:ids as uuid[]), cast(:times as bigint[])) with ordinality as added(id, times, place)
      where exists (select 1 from :things: where id = added.id)
      order by added.place
     on conflict (:key:, shard) do update set :column: = :counts:.:column: + excluded.:column:`,
    { counts, key, things, column, shard: randomInt(SHARDS), ids, times: ids.map((id) => added.get(id) ?? 0) },
  )
}

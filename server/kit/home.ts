import type { Log } from './log.ts'

/** A connection, as far as it is asked things. */
interface Connection {
  query<Row>(sql: string): Promise<{ rows: Row[] }>
}

/**
 * Where a database lives: which cluster, on which timeline of it, as which of its databases. Dumps and templates do not
 * carry it along, and a cluster that was wound back or has changed its primary goes on on another timeline.
 */
const HERE = `(select concat_ws('/', control.system_identifier, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), here.oid)
  from pg_control_system() as control, pg_database as here where here.datname = current_database())`

const LAST = `greatest(
  (select xid from events order by xid desc limit 1),
  (select xid from consumers order by xid desc limit 1),
  (select floor_xid from outbox_state))`

/**
 * Begin another history where the database is not at home: its epoch changes, so that no cursor of before fits, and its
 * positions are moved beyond all that came with it. Another cluster counts its transactions anew, and what is written
 * there would else stand before what consumers have read long ago. Whoever comes second finds it done.
 */
const SETTLE = `
  update outbox_state set home = ${HERE}, epoch = gen_random_uuid(), base = greatest(0,
      cast(cast(${LAST} as text) as bigint) + 1 - cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint))
   where home is distinct from ${HERE}
  returning epoch`

/** SQLSTATE of a table or column that is not there: nothing has been migrated yet. */
const NOT_MIGRATED = ['42P01', '42703']

/**
 * See on a fresh connection whether the database is the one that it was: no connection outlives its database, so
 * whoever looks at each of them first never writes in a restored one unawares.
 */
export async function settle(connection: Connection, log: Log): Promise<void> {
  try {
    const { rows } = await connection.query<{ home: boolean | null }>(`select home = ${HERE} as home from outbox_state`)
    const [seen] = rows
    if (!seen || seen.home === true) return
    const settled = await connection.query<{ epoch: string }>(SETTLE)
    if (!settled.rows[0]) return
    if (seen.home === null) log.info(settled.rows[0], 'outbox: its history begins')
    else log.warn(settled.rows[0], 'outbox: the database was restored or copied, another epoch begins')
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
    if (!NOT_MIGRATED.includes(code)) throw error
  }
}

import type { Knex } from 'knex'

/**
 * Where the outbox lives, and what its positions are counted from: see `server/kit/home.ts`. Of a database that does not
 * say it nobody knows whether it was copied, so its first connection begins another epoch.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw('alter table outbox_state add column home text, add column base bigint not null default 0')
}

import type { Knex } from 'knex'

/** Where a checkout is paid is asked of the payment provider each time, by one request of a person at a time. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table checkouts drop column url;
    alter table checkouts add column claimed_until timestamptz;
    create index checkouts_closed on checkouts (closed_at) where closed_at is not null;
  `)
}

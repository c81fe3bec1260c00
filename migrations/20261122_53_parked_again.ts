import type { Knex } from 'knex'

/** An event that was parked keeps its time, and an operator may want it to be tried again. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table parked_events add column at timestamptz not null default now();
    alter table parked_events add column is_wanted boolean not null default false;
  `)
}

import type { Knex } from 'knex'

/** When an event is looked at again whose next reminder or action lies too far ahead to be scheduled yet. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table calendar_events add column plan_at timestamptz;
    create index calendar_events_to_plan on calendar_events (plan_at, id) where plan_at is not null;
  `)
}

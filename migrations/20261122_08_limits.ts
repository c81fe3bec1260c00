import type { Knex } from 'knex'

/** Limits that were agreed with one account and stand above those of its plan; keys as in the table of limits. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`alter table users add column limits jsonb not null default '{}'`)
}

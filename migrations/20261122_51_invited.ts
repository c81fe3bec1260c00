import type { Knex } from 'knex'

/** Some on a call were called, others came by themselves while it was open: once it is private, only the first may come back. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw('alter table participants add column is_invited boolean not null default true')
}

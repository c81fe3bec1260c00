import type { Knex } from 'knex'

/** What somebody is asked back about keeps the text that it came in: its pictures and sounds go with what was meant. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw('alter table command_questions add column text_id uuid')
}

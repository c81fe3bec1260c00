import type { Knex } from 'knex'

/** Whoever was told to slow down is told so once: of which budget, and until when nothing more is said of it. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table incoming_texts
      add column warned_of text,
      add column warned_until timestamptz,
      add check ((warned_of is null) = (warned_until is null))
  `)
}

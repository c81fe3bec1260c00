import type { Knex } from 'knex'

/** A text may reach us too late to be done, and its phone may have been told so. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table incoming_texts drop constraint incoming_texts_outcome_check;
    alter table incoming_texts add constraint incoming_texts_outcome_check
      check (outcome in ('taken', 'too_fast', 'warned', 'shown_in', 'silent', 'late', 'late_told'));
  `)
}

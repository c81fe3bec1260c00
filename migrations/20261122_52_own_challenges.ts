import type { Knex } from 'knex'

/**
 * What this deployment asks of its own people is found by whom it asks, also where projects ask thousands an hour in the
 * same table. What was exchanged too long ago to be worth anything is found by when that was.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create index challenges_own_by_subject on challenges (subject, id) where realm_id is null;
    create index spent_tokens_by_time on spent_tokens (spent_at);
  `)
}

import type { Knex } from 'knex'

/**
 * How a code that was sent is judged when pumping is looked for. `answer`: by whether it comes back; `count`: whoever asked
 * for it knew it, so its coming back proves nothing; `nobody`: whoever had it sent compares it.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table challenges add column judged text not null default 'answer'
      check (judged in ('answer', 'count', 'nobody'));
    alter table code_sends add column judged text not null default 'answer'
      check (judged in ('answer', 'count', 'nobody'));
  `)
}

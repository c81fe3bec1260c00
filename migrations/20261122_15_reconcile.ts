import type { Knex } from 'knex'

/**
 * Reconciliation with the carrier. `confirmed_moments` says up to when each of its lists has been read and applied;
 * `heard_numbers` which of a subject's numbered reports have been heard, by any process. `missed_at` is when the room of
 * a participant who counts as joined was first seen without them.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table confirmed_moments (
      source text primary key,
      confirmed_at timestamptz not null,
      moved_at timestamptz not null
    );

    create table heard_numbers (
      subject text primary key,
      heard int4multirange not null,
      heard_at timestamptz not null
    );
    create index heard_numbers_by_age on heard_numbers (heard_at);

    alter table participants add column missed_at timestamptz;
    create index orders_sending on orders (effect, claimed_at) where state = 'sending';
  `)
}

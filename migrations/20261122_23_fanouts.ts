import type { Knex } from 'knex'

/**
 * Texts of statuses to those who follow. Whom a status is texted to is written down with it, in the same transaction:
 * so many as the author's plan texts, and none of the others. What is handed over is taken from there, a few at a time.
 *
 * \`sms_uses\` is what counts against the month of whoever sends, \`sms_sends\` what counts against the hour.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table sms_uses (
      -- What was sent, such as a status: it is counted once.
      key uuid primary key,
      user_id uuid not null references users on delete cascade,
      recipients integer not null check (recipients >= 0),
      at timestamptz not null
    );
    create index sms_uses_of_user on sms_uses (user_id, at) include (recipients);

    create table sms_sends (
      id bigint generated always as identity primary key,
      user_id uuid not null references users on delete cascade,
      recipients integer not null,
      at timestamptz not null
    );
    create index sms_sends_of_user on sms_sends (user_id, at) include (recipients);

    create table fanouts (
      status_id uuid primary key references statuses on delete cascade,
      author_id uuid not null references users on delete cascade,
      ktag_id uuid not null,
      recipients integer not null,
      state text not null check (state in ('running', 'done')),
      sent integer not null default 0,
      failed integer not null default 0,
      skipped integer not null default 0,
      looks integer not null default 0,
      look_at timestamptz,
      created_at timestamptz not null,
      check ((state = 'running') = (look_at is not null))
    );
    create index fanouts_to_look_at on fanouts (look_at) where state = 'running';
    create index fanouts_of_author on fanouts (author_id);

    create table fanout_texts (
      status_id uuid not null references fanouts on delete cascade,
      phone text not null,
      -- Null for a phone that follows without an account.
      follower_id uuid,
      place integer not null,
      state text not null check (state in ('waiting', 'released', 'skipped')),
      due_at timestamptz,
      primary key (status_id, phone),
      check ((state = 'waiting') = (due_at is not null))
    );
    create index fanout_texts_due on fanout_texts (due_at, status_id) where state = 'waiting';

    create index follows_to_text on follows (ktag_id, created_at, follower_id) where texts;
  `)
}

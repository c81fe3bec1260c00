import type { Knex } from 'knex'

/**
 * Texts may go by WhatsApp, and those that carry a code know which; what a project is told of messages that it sends and
 * checks itself, and how often that was tried.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table texts add column network text not null default 'sms' check (network in ('sms', 'whatsapp'));
    alter table texts add column challenge_id uuid;

    alter table spend drop constraint spend_kind_check;
    alter table spend add constraint spend_kind_check check (kind in ('call', 'text', 'whatsapp'));

    create table manual_callbacks (
      -- That of the message: each is told of once, by whoever holds the row.
      message_id uuid primary key,
      state text not null check (state in ('waiting', 'telling', 'told', 'given_up')),
      tries integer not null default 0,
      due_at timestamptz,
      -- Whoever tells it takes a new token: one who comes back late finds another's.
      token uuid,
      last_status integer,
      last_error text,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      check ((state in ('waiting', 'telling')) = (due_at is not null))
    );
    create index manual_callbacks_due on manual_callbacks (due_at) where due_at is not null;
    create index manual_callbacks_by_age on manual_callbacks (updated_at);
  `)
}

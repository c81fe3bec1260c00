import type { Knex } from 'knex'

/**
 * Texts in full: what goes in several parts and several tries, texts that belong together, which number of ours a
 * phone hears from, and the pictures and sounds that come in.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    -- Our number is chosen when a text is handed over: until then nobody knows which will still be ours.
    alter table texts alter column our_number drop not null;
    alter table texts
      add column message_id uuid,
      add column part integer not null default 1,
      add column parts integer not null default 1,
      add column attempt integer not null default 1,
      add column batch_id uuid,
      add column is_reply boolean not null default false,
      add column segments integer,
      add column reason text,
      add column keyword text check (keyword in ('stop', 'start', 'help')),
      add column media_count integer not null default 0,
      add column due_at timestamptz,
      add column expires_at timestamptz,
      add column claimed_at timestamptz;
    create unique index texts_one_per_part on texts (message_id, part) where message_id is not null;
    create unique index texts_one_per_phone_in_batch on texts (batch_id, phone, part) include (status)
      where batch_id is not null;
    create index texts_due on texts (due_at) where due_at is not null;
    create index texts_waiting on texts (expires_at) where direction = 'out' and rank = 0;
    create index texts_unreported on texts (updated_at) where status in ('sending', 'sent');
    create index texts_replies on texts (phone, created_at) where is_reply;
    create index texts_by_age on texts (created_at);

    -- What we know of a phone that we text with or call.
    create table correspondents (
      phone text primary key,
      our_number text not null,
      chosen_at timestamptz not null,
      -- When it last texted START: a STOP from before that, heard of late, counts no more.
      started_at timestamptz,
      replies_rest_until timestamptz
    );
    create index correspondents_by_age on correspondents (chosen_at);

    alter table opt_outs add column our_number text;
    alter table opt_outs add column reason text not null default 'keyword' check (reason in ('keyword', 'carrier'));

    create table text_media (
      id uuid primary key,
      -- Whoever drops a text has dropped its media before: bytes lie elsewhere, and nobody else knows where.
      text_id uuid not null references texts on delete restrict,
      position integer not null,
      carrier_message_id text not null,
      carrier_media_id text not null,
      declared_type text not null,
      state text not null check (state in ('waiting', 'kept', 'refused', 'expired')),
      reason text,
      tries integer not null default 0,
      due_at timestamptz,
      kind text check (kind in ('audio', 'photo')),
      content_type text,
      size_bytes bigint,
      width integer,
      height integer,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      check (state <> 'kept' or (kind is not null and content_type is not null and size_bytes is not null)),
      check (state <> 'refused' or reason is not null),
      check ((state = 'waiting') = (due_at is not null))
    );
    create unique index text_media_one_per_position on text_media (text_id, position);
    create index text_media_due on text_media (due_at) where due_at is not null;
    create index text_media_by_age on text_media (created_at);
  `)
}

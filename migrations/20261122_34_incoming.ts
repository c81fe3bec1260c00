import type { Knex } from 'knex'

/** Texts that came in and were understood, each once, and what phones without an account were asked. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table incoming_texts (
      text_id uuid primary key,
      phone text not null,
      -- What was made of it: something was done or said, it came too fast, or its phone was shown where to join.
      outcome text not null check (outcome in ('taken', 'too_fast', 'warned', 'shown_in', 'silent')),
      at timestamptz not null
    );
    create index incoming_texts_of_phone on incoming_texts (phone, at);
    create index incoming_texts_by_age on incoming_texts (at);

    -- A phone without an account has asked for the texts of a tag, and is to say that it means it.
    create table phone_questions (
      phone text primary key,
      ktag_id uuid not null references ktags on delete cascade,
      expires_at timestamptz not null
    );
  `)
}

import type { Knex } from 'knex'

/** Who is talking with whom by text, and what people have sent to others. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    -- Whom a phone answers when it just texts back to a number of ours: a person, or a phone without an account.
    create table conversations (
      phone text not null,
      our_number text not null,
      with_user_id uuid references users on delete cascade,
      with_phone text,
      fresh_until timestamptz not null,
      -- Since when whoever holds the phone knows whom their answers reach.
      told_at timestamptz,
      primary key (phone, our_number),
      check ((with_user_id is null) <> (with_phone is null))
    );
    create index conversations_with on conversations (with_user_id) where with_user_id is not null;
    create index conversations_by_age on conversations (fresh_until);

    -- What somebody has had texted to others; its texts are those of the batch of this id.
    create table message_sends (
      id uuid primary key,
      sender_id uuid not null references users on delete cascade,
      recipients integer not null,
      opted_out integer not null,
      created_at timestamptz not null
    );
    create index message_sends_of_sender on message_sends (sender_id, id);
  `)
}

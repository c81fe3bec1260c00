import type { Knex } from 'knex'

/** Chats with our bot on Telegram, and which phone is reached in which; what Telegram has told us, each thing once. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table telegram_chats (
      chat_id bigint primary key,
      -- The number that its person has shared; kept a while after they are reached no more, so that what is told late
      -- does not undo what came after it.
      phone text check (phone ~ '^\\+[1-9][0-9]{6,14}$'),
      is_linked boolean not null default false,
      language text not null check (language in ('en', 'ru')),
      linked_at timestamptz,
      -- When the number was shared, and when anything last changed who is reached here: Telegram's time and number.
      shared_at timestamptz,
      shared_update_id bigint,
      told_at timestamptz,
      update_id bigint,
      greeted_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      check (not is_linked or (phone is not null and linked_at is not null and shared_at is not null))
    );
    create unique index telegram_chats_one_per_phone on telegram_chats (phone) where is_linked;
    create index telegram_chats_by_phone on telegram_chats (phone, shared_at) where phone is not null;
    create index telegram_chats_unlinked on telegram_chats (updated_at) where not is_linked;

    create table telegram_updates (
      update_id bigint primary key,
      heard_at timestamptz not null
    );
    create index telegram_updates_by_age on telegram_updates (heard_at);
  `)
}

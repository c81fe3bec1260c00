import type { Knex } from 'knex'

/**
 * What keeps others from making us pay: what every order is estimated to cost, prefixes that are left alone for a
 * while, and which codes came back. That nothing but an E.164 number is ever dialled or texted is a rule of the tables.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table spend (
      order_key text primary key,
      at timestamptz not null,
      kind text not null check (kind in ('call', 'text')),
      country text,
      micro_dollars bigint not null
    );
    create index spend_by_time on spend (at);

    create table prefix_blocks (
      prefix text primary key,
      blocked_until timestamptz not null,
      reason text not null
    );

    alter table code_sends add column prefix text;
    alter table code_sends add column used_at timestamptz;
    create index code_sends_by_prefix on code_sends (prefix, sent_at) where prefix is not null;
    create index code_sends_by_challenge on code_sends (challenge_id);

    alter table participants add constraint participants_phone_is_e164
      check (direction = 'inbound' or phone ~ '^\\+[1-9][0-9]{6,14}$') not valid;
    alter table texts add constraint texts_phone_is_e164
      check (direction = 'in' or phone ~ '^\\+[1-9][0-9]{6,14}$') not valid;
  `)
}

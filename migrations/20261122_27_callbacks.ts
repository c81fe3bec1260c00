import type { Knex } from 'knex'

/**
 * Visitors of widgets who have themselves called: their phone is rung when it is its turn, and with their 1 the owner's.
 * Uses of widgets are counted by the numbers around a number, too.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table widget_uses add column prefix text not null default '';
    create index widget_uses_of_prefix on widget_uses (prefix, used_at);
    alter table widget_uses drop constraint widget_uses_action_check;
    alter table widget_uses add constraint widget_uses_action_check
      check (action in ('follow', 'confirm', 'message', 'call'));

    create table callbacks (
      id uuid primary key,
      secret text not null,
      widget_id uuid not null references widgets on delete cascade,
      ktag_id uuid not null references ktags on delete cascade,
      owner_id uuid not null references users on delete cascade,
      phone text not null check (phone ~ '^\\+[1-9][0-9]{6,14}$'),
      max_seconds integer not null,
      carrier_call_id text,
      asked_at timestamptz not null,
      -- When it is over whatever we have heard of it.
      gives_up_at timestamptz not null,
      dialled_at timestamptz,
      taken_at timestamptz,
      over_at timestamptz
    );
    create unique index callbacks_one_open_per_phone on callbacks (phone) where over_at is null;
    create unique index callbacks_one_open_per_widget on callbacks (widget_id) where over_at is null;
    create index callbacks_of_owner on callbacks (owner_id);
    create index callbacks_of_ktag on callbacks (ktag_id);
    create index callbacks_of_widget on callbacks (widget_id);
    create index callbacks_by_age on callbacks (asked_at);

    alter table ring_turns add column callback_id uuid references callbacks on delete cascade;
    alter table ring_turns drop constraint ring_turns_are_for_one_thing;
    alter table ring_turns add constraint ring_turns_are_for_one_thing check (
      (call_id is not null and participant_id is not null and challenge_id is null and send is null
        and callback_id is null)
      or (call_id is null and participant_id is null and challenge_id is not null and send is not null
        and callback_id is null)
      or (call_id is null and participant_id is null and challenge_id is null and send is null
        and callback_id is not null)
    );
    create unique index ring_turns_one_per_callback on ring_turns (callback_id) where callback_id is not null;
  `)
}

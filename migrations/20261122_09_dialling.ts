import type { Knex } from 'knex'

/**
 * Who waits to be rung. The carrier begins so many calls a second for the whole account: every leg, and every code that
 * is read aloud, takes a turn. `ring_rate` is one row, locked by whoever gives a turn out: it says when the last one was
 * given and when the carrier begins the last of those that it queues itself. A turn belongs to an owner; owners take
 * turns with each other. `leg_uses` counts the phones that a host had rung. No conference of the carrier holds more
 * than 250.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table ring_turns (
      id uuid primary key,
      owner text not null,
      is_urgent boolean not null,
      state text not null check (state in ('waiting', 'released', 'done', 'cancelled')),
      call_id uuid references calls on delete cascade,
      participant_id uuid references participants on delete cascade,
      challenge_id uuid references challenges on delete cascade,
      send integer,
      queued_at timestamptz not null,
      expires_at timestamptz,
      released_at timestamptz,
      starts_at timestamptz,
      constraint ring_turns_are_for_one_thing check (
        (call_id is not null and participant_id is not null and challenge_id is null and send is null)
        or (call_id is null and participant_id is null and challenge_id is not null and send is not null)
      ),
      constraint ring_turns_are_released_once check (
        state not in ('released', 'done') or released_at is not null
      )
    );
    create index ring_turns_waiting on ring_turns (is_urgent, owner, queued_at, id) where state = 'waiting';
    create unique index ring_turns_one_open_per_leg on ring_turns (participant_id)
      where participant_id is not null and state in ('waiting', 'released');
    create unique index ring_turns_one_per_code on ring_turns (challenge_id, send) where challenge_id is not null;
    create index ring_turns_of_call on ring_turns (call_id) where call_id is not null and state <> 'cancelled';
    create index ring_turns_of_leg on ring_turns (participant_id) where participant_id is not null;
    create index ring_turns_last_release on ring_turns (owner, released_at) where released_at is not null;
    create index ring_turns_by_release on ring_turns (released_at) where released_at is not null;
    create index ring_turns_by_age on ring_turns (queued_at);

    create table ring_rate (
      is_only boolean primary key default true check (is_only),
      released_at timestamptz,
      carrier_starts_at timestamptz
    );
    insert into ring_rate default values;

    create table leg_uses (
      host_id uuid not null references users on delete cascade,
      country text,
      used_at timestamptz not null
    );
    create index leg_uses_of_host on leg_uses (host_id, used_at);
    create index leg_uses_by_age on leg_uses (used_at);

    alter table calls add constraint calls_hold_250 check (max_participants <= 250) not valid;
  `)
}

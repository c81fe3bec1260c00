import type { Knex } from 'knex'

/**
 * What a host can do with the people on a call, and how long they may talk.
 * A participant who is rung again, or comes back, begins a new attempt with a new leg secret: reports of the old leg find
 * nobody. `control_no` counts what the carrier is to be told of muting and holding, `control_done` what it has done, and
 * `controlled_at` is the carrier's own time of that: older reports of it change nothing.
 * A stint is one attempt's time in the room, charged once to the host's month.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table calls
      add column mute_on_join boolean not null default false,
      add column warned_for timestamptz;

    alter table participants
      add column attempt integer not null default 1,
      add column on_hold boolean not null default false,
      add column hold_sequence integer not null default 0,
      add column muted_by_host boolean not null default false,
      add column is_removed boolean not null default false,
      add column control_no integer not null default 0,
      add column control_done integer not null default 0,
      add column control_ordered_at timestamptz,
      add column controlled_at timestamptz;
    create index participants_to_control on participants (control_ordered_at)
      where left_at is null and control_done < control_no;
    create index participants_by_phone on participants (phone, queued_at);

    create table call_stints (
      participant_id uuid not null references participants on delete cascade,
      attempt integer not null,
      host_id uuid not null references users on delete cascade,
      joined_at timestamptz not null,
      left_at timestamptz not null,
      primary key (participant_id, attempt)
    );

    create table call_usage (
      user_id uuid not null references users on delete cascade,
      month date not null,
      seconds integer not null,
      primary key (user_id, month)
    );

    create table pin_tries (
      key text primary key,
      began_at timestamptz not null,
      tries integer not null
    );

    create table call_speakers (
      participant_id uuid primary key references participants on delete cascade,
      call_id uuid not null,
      attempt integer not null,
      sequence integer not null,
      is_speaking boolean not null
    );
    create index call_speakers_of_call on call_speakers (call_id) where is_speaking;

    create table call_speech_told (
      call_id uuid primary key references calls on delete cascade,
      told_at timestamptz not null
    );
  `)
}

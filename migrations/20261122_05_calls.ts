import type { Knex } from 'knex'

/**
 * Calls and who is on them. A participant's status only ever moves to a higher rank, whatever order the carrier's
 * words arrive in; \`occupies_user_id\` is the seat that a user can only take in one call at a time.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table calls (
      id uuid primary key,
      host_id uuid not null references users on delete cascade,
      kind text not null check (kind in ('direct', 'group', 'ktag', 'grid')),
      status text not null check (status in ('dialing', 'in_progress', 'ended')),
      privacy text not null check (privacy in ('private', 'open')),
      title text,
      pin text,
      max_participants integer not null,
      max_seconds integer not null,
      created_at timestamptz not null,
      started_at timestamptz,
      ends_by timestamptz,
      ended_at timestamptz,
      end_reason text
    );
    create unique index calls_one_open_per_host on calls (host_id) where ended_at is null;
    create unique index calls_one_open_per_pin on calls (pin) where pin is not null and ended_at is null;
    create index calls_open on calls (created_at) where ended_at is null;

    create table participants (
      id uuid primary key,
      call_id uuid not null references calls on delete cascade,
      role text not null check (role in ('host', 'guest')),
      contact_id uuid,
      user_id uuid references users on delete set null,
      occupies_user_id uuid,
      name text,
      phone text not null,
      direction text not null check (direction in ('outbound', 'inbound')),
      status text not null,
      rank integer not null,
      muted boolean not null default false,
      muted_sequence integer not null default 0,
      grid_position integer,
      reason text,
      sip_code integer,
      carrier_call_id text,
      leg_secret text not null,
      queued_at timestamptz not null,
      dialed_at timestamptz,
      answered_at timestamptz,
      joined_at timestamptz,
      left_at timestamptz
    );
    create unique index participants_one_call_per_user on participants (occupies_user_id) where occupies_user_id is not null;
    create unique index participants_one_live_leg_per_phone on participants (call_id, phone) where left_at is null;
    create unique index participants_one_per_carrier_call on participants (carrier_call_id) where carrier_call_id is not null;
    create index participants_of_call on participants (call_id, id);
    create index participants_of_user on participants (user_id, id) where user_id is not null and left_at is null;

    create table call_refusals (
      caller_id uuid not null references users on delete cascade,
      phone text not null,
      refused_at timestamptz not null,
      primary key (caller_id, phone)
    );
    create index call_refusals_by_phone on call_refusals (phone);
  `)
}

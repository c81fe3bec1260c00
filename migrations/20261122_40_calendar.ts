import type { Knex } from 'knex'

/** What people have planned, and the private addresses under which their calendars are read elsewhere. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table calendar_events (
      id uuid primary key,
      owner_id uuid not null references users on delete cascade,
      number integer not null,
      title text not null,
      notes text,
      location text,
      starts_at timestamptz not null,
      ends_at timestamptz check (ends_at >= starts_at),
      is_all_day boolean not null,
      timezone text not null,
      repeat text not null check (repeat in ('none', 'daily', 'weekdays', 'weekly', 'monthly', 'yearly')),
      -- Days in its time zone, YYYY-MM-DD: whatever its time of day becomes, it does not come on them.
      removed_on text[] not null default '{}',
      reminder_minutes integer,
      remind_via text[] not null,
      action jsonb,
      created_at timestamptz not null,
      updated_at timestamptz not null
    );
    create unique index calendar_events_one_per_number on calendar_events (owner_id, number);
    create index calendar_events_in_order on calendar_events (owner_id, starts_at);

    -- Looked up by its hash; sealed, so that its owner can be shown it again.
    create table calendar_feeds (
      owner_id uuid primary key references users on delete cascade,
      key_hash text not null,
      key_sealed text not null,
      created_at timestamptz not null
    );
    create unique index calendar_feeds_one_per_key on calendar_feeds (key_hash);
  `)
}

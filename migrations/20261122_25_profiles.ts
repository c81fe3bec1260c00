import type { Knex } from 'knex'

/** Who follows a tag, read from its side; how often profiles are looked at; what people report, and what is hidden for it. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    -- Offsets are walked along this index alone; only the people of the page itself are looked up.
    create index follows_of_ktag on follows (ktag_id, created_at desc, follower_id desc);

    -- Not found by the search while reports about it are looked into.
    alter table ktags add column hidden_at timestamptz;

    -- In several rows for each tag, so that processes that count the same one seldom wait for each other.
    create table profile_views (
      ktag_id uuid not null references ktags on delete cascade,
      shard smallint not null,
      views bigint not null,
      primary key (ktag_id, shard)
    );

    create table abuse_reports (
      id uuid primary key,
      no bigint generated always as identity,
      -- Who reported, in one word: a user, else an e-mail address, else where the report came from.
      reporter text not null,
      reporter_id uuid references users on delete set null,
      reporter_email text,
      reporter_ip text,
      target_type text not null check (target_type in ('ktag', 'status', 'message', 'call', 'user', 'widget')),
      target_id uuid not null,
      -- Whose it is; no reference, since a report outlives the account that it is about.
      owner_id uuid,
      -- What was there when it was reported.
      excerpt text,
      reason text not null check (reason in ('spam', 'harassment', 'impersonation', 'illegal', 'other')),
      details text,
      -- Whether it counts towards hiding: of a person who has proved a number.
      counts boolean not null,
      state text not null default 'open' check (state in ('open', 'dismissed', 'upheld')),
      decided_at timestamptz,
      created_at timestamptz not null
    );
    create unique index abuse_reports_one_per_no on abuse_reports (no);
    create unique index abuse_reports_one_open_per_reporter on abuse_reports (target_type, target_id, reporter)
      where state = 'open';
    create index abuse_reports_of_target on abuse_reports (target_type, target_id, created_at);
    create index abuse_reports_open on abuse_reports (no) where state = 'open';
    create index abuse_reports_by on abuse_reports (reporter_id) where reporter_id is not null;
    create index abuse_reports_about on abuse_reports (owner_id) where owner_id is not null;
    create index abuse_reports_decided on abuse_reports (decided_at) where decided_at is not null;
  `)
}

import type { Knex } from 'knex'

/**
 * Tags in full: what they are about, who may do what with them, who follows them, and the names that rest after a
 * deletion. \`calls.ktag_id\` is the tag that a call is about, \`participants.ktag_id\` the one that somebody was called by.
 *
 * The number of followers is kept on the tag by a trigger, so that it is right whatever ends a follow, an account's
 * deletion included, and costs nothing to read.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table ktags
      add column description text,
      add column visibility text not null default 'public' check (visibility in ('public', 'private')),
      add column post_policy text not null default 'owner' check (post_policy in ('owner', 'followers')),
      add column message_policy text not null default 'anyone'
        check (message_policy in ('anyone', 'followers', 'nobody')),
      add column call_policy text not null default 'followers' check (call_policy in ('anyone', 'followers', 'nobody')),
      add column follower_count integer not null default 0,
      add column renamed_at timestamptz;
    create index ktags_of_owner on ktags (owner_id, id);
    create index ktags_public_by_prefix on ktags (name text_pattern_ops) where visibility = 'public';

    create table resting_names (
      name text primary key,
      free_at timestamptz not null
    );

    create table follows (
      ktag_id uuid not null references ktags on delete cascade,
      follower_id uuid not null references users on delete cascade,
      texts boolean not null,
      calls boolean not null,
      rung_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (ktag_id, follower_id)
    );
    create index follows_of_follower on follows (follower_id, created_at desc, ktag_id);
    create index follows_to_ring on follows (ktag_id, rung_at nulls first, created_at) where calls;

    create function count_followers() returns trigger as $$
    begin
      if tg_op = 'INSERT' then
        update ktags set follower_count = follower_count + 1 where id = new.ktag_id;
      else
        update ktags set follower_count = follower_count - 1 where id = old.ktag_id;
      end if;
      return null;
    end;
    $$ language plpgsql;
    create trigger follows_are_counted after insert or delete on follows
      for each row execute function count_followers();

    -- Who has been told once how to stop the texts of a tag, and is not told again.
    create table follow_notices (
      ktag_id uuid not null references ktags on delete cascade,
      follower_id uuid not null references users on delete cascade,
      primary key (ktag_id, follower_id)
    );

    -- Who followed a tag when it was deleted, for as long as they may come back and want to hear of it.
    create table lost_follows (
      follower_id uuid not null references users on delete cascade,
      ktag_id uuid not null,
      lost_at timestamptz not null,
      primary key (follower_id, ktag_id)
    );
    create index lost_follows_by_age on lost_follows (lost_at);

    alter table calls add column ktag_id uuid references ktags on delete set null;
    alter table participants add column ktag_id uuid references ktags on delete set null;
    -- What refers to a tag must be found when it is deleted.
    create index calls_of_ktag on calls (ktag_id) where ktag_id is not null;
    create index participants_of_ktag on participants (ktag_id) where ktag_id is not null;
    create index messages_to_ktag on messages (to_ktag_id) where to_ktag_id is not null;
  `)
  // Where the extension may not be made, the search finds beginnings instead of likenesses.
  await sql.raw(`
    do $$
    begin
      create extension if not exists pg_trgm;
      create index ktags_by_likeness on ktags
        using gin ((coalesce(title, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
        where visibility = 'public';
    exception when others then
      raise notice 'tags are searched without pg_trgm: %', sqlerrm;
    end;
    $$
  `)
}

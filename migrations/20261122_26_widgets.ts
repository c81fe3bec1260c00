import type { Knex } from 'knex'

/**
 * Widgets, what visitors do with them, and people who follow a tag with nothing but a phone. A widget belongs to one tag
 * and goes with it; a key that has been given out once is remembered when its widget goes or takes another key, so that
 * an old embed says that it is over, whatever ended it.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table widgets (
      id uuid primary key,
      owner_id uuid not null references users on delete cascade,
      ktag_id uuid not null references ktags on delete cascade,
      kind text not null check (kind in ('status', 'follow', 'message', 'call')),
      title text,
      color text check (color ~ '^#[0-9a-f]{6}$'),
      is_dark boolean,
      width integer check (width between 200 and 1000),
      allowed_domains text[] not null,
      is_enabled boolean not null default true,
      public_key text not null,
      created_at timestamptz not null,
      updated_at timestamptz not null
    );
    create unique index widgets_one_per_key on widgets (public_key);
    create index widgets_of_owner on widgets (owner_id, id);
    create index widgets_of_ktag on widgets (ktag_id);

    create table retired_widget_keys (
      public_key text primary key,
      retired_at timestamptz not null
    );
    create index retired_widget_keys_by_age on retired_widget_keys (retired_at);
    create function retire_widget_key() returns trigger as $$
    begin
      insert into retired_widget_keys (public_key, retired_at) values (old.public_key, now()) on conflict do nothing;
      return null;
    end;
    $$ language plpgsql;
    create trigger widget_keys_are_retired_with_their_widget after delete on widgets
      for each row execute function retire_widget_key();
    create trigger widget_keys_are_retired_for_another after update of public_key on widgets
      for each row when (old.public_key <> new.public_key) execute function retire_widget_key();

    -- Counted in one of several rows each time: visitors of one widget do not wait for each other.
    create table widget_counts (
      widget_id uuid not null references widgets on delete cascade,
      shard smallint not null,
      views bigint not null default 0,
      actions bigint not null default 0,
      primary key (widget_id, shard)
    );

    -- What visitors have sent, for budgets; a form that is sent twice is one use.
    create table widget_uses (
      form_id uuid primary key,
      widget_id uuid not null references widgets on delete cascade,
      owner_id uuid not null references users on delete cascade,
      action text not null check (action in ('follow', 'message', 'call')),
      phone text not null,
      ip text not null,
      challenge_id uuid,
      used_at timestamptz not null
    );
    create index widget_uses_of_widget on widget_uses (widget_id, used_at);
    create index widget_uses_of_owner on widget_uses (owner_id, used_at);
    create index widget_uses_of_phone on widget_uses (phone, used_at);
    create index widget_uses_of_ip on widget_uses (ip, used_at);
    create index widget_uses_by_age on widget_uses (used_at);

    -- Who follows a tag with a phone and no account: they get its texts, and nothing else.
    create table phone_follows (
      ktag_id uuid not null references ktags on delete cascade,
      phone text not null check (phone ~ '^\\+[1-9][0-9]{6,14}$'),
      -- Where they have said so: on a widget of the tag, or by text.
      source text not null check (source in ('widget', 'sms')),
      followed_at timestamptz not null,
      primary key (ktag_id, phone)
    );
    create index phone_follows_of_phone on phone_follows (phone);
    create index phone_follows_in_order on phone_follows (ktag_id, followed_at, phone);
    create trigger phone_follows_are_counted after insert or delete on phone_follows
      for each row execute function count_followers();

    -- The name that a visitor gave, who has no account and has proved nothing.
    alter table messages add column from_name text;

    alter table challenges drop constraint challenges_purpose_check;
    alter table challenges add constraint challenges_purpose_check
      check (purpose in ('register', 'login', 'mobile', 'reset', 'email', 'departure', 'follow'));
  `)
}

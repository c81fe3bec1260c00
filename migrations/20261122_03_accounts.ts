import type { Knex } from 'knex'

/** People: accounts, sessions, one-time codes, pending registrations, tags. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table users (
      id uuid primary key,
      username text not null,
      password_hash text not null,
      name text not null,
      bio text,
      email text,
      email_verified_at timestamptz,
      mobile text,
      mobile_verified_at timestamptz,
      pending_mobile text,
      timezone text not null,
      locale text not null,
      settings jsonb not null default '{}',
      plan text not null default 'free' check (plan in ('free', 'plus')),
      suspended_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null
    );
    create unique index users_one_per_username on users (lower(username));
    create unique index users_one_per_email on users (lower(email)) where email is not null;
    create unique index users_one_verified_holder_per_mobile on users (mobile) where mobile_verified_at is not null;
    create index users_by_mobile on users (mobile) where mobile is not null;
    create index users_by_pending_mobile on users (pending_mobile) where pending_mobile is not null;

    create table sessions (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      token_hash text not null,
      device_name text,
      user_agent text,
      ip text not null,
      created_at timestamptz not null,
      last_used_at timestamptz not null,
      expires_at timestamptz not null,
      revoked_at timestamptz
    );
    create unique index sessions_one_per_token on sessions (token_hash);
    create index sessions_live_of_user on sessions (user_id, id) where revoked_at is null;

    create table challenges (
      id uuid primary key,
      purpose text not null check (purpose in ('register', 'login', 'mobile')),
      subject text not null,
      channel text not null check (channel in ('sms', 'email', 'voice')),
      destination text not null,
      code_mac text not null,
      code_sealed text,
      tries_left integer not null,
      sends integer not null,
      state text not null check (state in ('open', 'passed', 'burnt', 'replaced')),
      payload jsonb not null default '{}',
      created_at timestamptz not null,
      sent_at timestamptz not null,
      expires_at timestamptz not null
    );
    create unique index challenges_one_open_per_subject on challenges (purpose, subject) where state = 'open';
    create index challenges_by_destination on challenges (destination, sent_at);

    create table code_sends (
      challenge_id uuid not null,
      destination text not null,
      subject text not null,
      sent_at timestamptz not null
    );
    create index code_sends_by_destination on code_sends (destination, sent_at);
    create index code_sends_by_subject on code_sends (subject, sent_at);

    create table ktags (
      id uuid primary key,
      owner_id uuid not null references users on delete cascade,
      name text not null,
      title text,
      keypad text not null,
      extension text not null,
      is_primary boolean not null,
      takes_voicemail boolean not null default true,
      created_at timestamptz not null,
      updated_at timestamptz not null
    );
    create unique index ktags_one_per_name on ktags (lower(name));
    create index ktags_by_keypad on ktags (keypad);
    create unique index ktags_one_per_extension on ktags (extension);
    create unique index ktags_one_primary_per_owner on ktags (owner_id) where is_primary;
  `)
}

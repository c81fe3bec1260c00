import type { Knex } from 'knex'

/**
 * Projects whose users are sent codes, and what is kept of them: whom a code has reached by which way, tokens that prove
 * it, and messages that a project checks itself. Their codes are challenges like all others. Nothing refers to `realms` by
 * a key: a realm is never deleted, and everybody who asks for a code would hold its one row.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table realms (
      id uuid primary key,
      no bigint generated always as identity,
      name text not null,
      public_key text not null,
      secret_hash text not null,
      secret_sealed text not null,
      settings jsonb not null default '{}',
      is_trial boolean not null default false,
      created_at timestamptz not null,
      disabled_at timestamptz
    );
    create unique index realms_one_per_name on realms (lower(name));
    create unique index realms_one_per_public_key on realms (public_key);
    create unique index realms_one_per_secret_key on realms (secret_hash);
    create unique index realms_one_trial on realms (is_trial) where is_trial;

    -- A session of a realm is a challenge that may be open before its first code is sent.
    alter table challenges add column realm_id uuid;
    alter table challenges add column resend_at timestamptz;
    alter table challenges alter column channel drop not null;
    alter table challenges alter column code_mac drop not null;
    alter table challenges alter column sent_at drop not null;
    alter table challenges drop constraint challenges_channel_check;
    alter table challenges add constraint challenges_channel_check
      check (channel in ('sms', 'email', 'voice', 'whatsapp', 'telegram'));
    alter table challenges drop constraint challenges_purpose_check;
    alter table challenges add constraint challenges_purpose_check check (
      purpose in ('register', 'login', 'mobile', 'reset', 'email', 'departure', 'follow', 'project', 'manual'));
    alter table challenges add constraint challenges_of_realms
      check ((purpose in ('project', 'manual')) = (realm_id is not null));
    create unique index challenges_one_live_per_destination on challenges (realm_id, destination)
      where purpose = 'project' and state = 'open';
    create index challenges_of_destination on challenges (realm_id, destination, created_at)
      where realm_id is not null;
    create index challenges_by_expiry on challenges (expires_at);

    alter table code_sends add column realm_id uuid;
    alter table code_sends add column channel text;
    create index code_sends_by_time on code_sends (sent_at);

    create table code_recipients (
      realm_id uuid not null,
      destination text not null,
      blocked_until timestamptz,
      uses jsonb not null default '{}',
      seen_at timestamptz not null,
      primary key (realm_id, destination)
    );
    create index code_recipients_by_time on code_recipients (seen_at);

    create table code_tokens (
      token_hash text primary key,
      realm_id uuid not null,
      destination text not null,
      is_test boolean not null,
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index code_tokens_by_expiry on code_tokens (expires_at);

    create table realm_budgets (
      realm_id uuid not null,
      hour timestamptz not null,
      sends integer not null,
      primary key (realm_id, hour)
    );

    create table manual_messages (
      id uuid primary key,
      no bigint generated always as identity,
      realm_id uuid not null,
      channel text not null check (channel in ('sms', 'email', 'voice', 'whatsapp', 'telegram')),
      status text not null check (status in ('queued', 'sending', 'sent', 'delivered', 'failed')),
      error text,
      callback_url text,
      created_at timestamptz not null,
      finished_at timestamptz
    );
    create unique index manual_messages_one_per_no on manual_messages (no);
    create index manual_messages_by_time on manual_messages (created_at);
  `)
}

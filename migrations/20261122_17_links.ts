import type { Knex } from 'knex'

/** Links that sign in or set a new password, codes that do the latter, and tokens that were exchanged for new ones. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table links (
      id uuid primary key,
      purpose text not null check (purpose in ('magic', 'reset')),
      user_id uuid not null references users on delete cascade,
      channel text not null check (channel in ('email', 'sms')),
      destination text not null,
      token_hash text not null,
      token_sealed text,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      closed_at timestamptz
    );
    create unique index links_one_per_token on links (token_hash);
    create unique index links_one_open_per_purpose on links (user_id, purpose) where closed_at is null;

    alter table challenges drop constraint challenges_purpose_check;
    alter table challenges add constraint challenges_purpose_check
      check (purpose in ('register', 'login', 'mobile', 'reset'));

    create table spent_tokens (
      token_hash text primary key,
      session_id uuid not null references sessions on delete cascade,
      spent_at timestamptz not null
    );
    create index spent_tokens_of_session on spent_tokens (session_id);
    alter table sessions add column misused_at timestamptz;
    create index sessions_misused on sessions (id) where misused_at is not null and revoked_at is null;
  `)
}

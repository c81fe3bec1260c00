import type { Knex } from 'knex'

/** What people had done by writing it, and what they were asked back. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table command_runs (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      source text not null check (source in ('app', 'sms', 'schedule')),
      text text not null,
      verb text,
      canonical text,
      status text not null check (status in ('ok', 'confirm_required', 'scheduled', 'failed')),
      code text,
      created_at timestamptz not null
    );
    create index command_runs_of_user on command_runs (user_id, id);

    create table command_questions (
      user_id uuid primary key references users on delete cascade,
      text text not null,
      source text not null,
      token uuid not null,
      expires_at timestamptz not null
    );
  `)
}

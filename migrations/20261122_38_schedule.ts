import type { Knex } from 'knex'

/** What is to happen by itself at a time. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table scheduled_jobs (
      id uuid primary key,
      owner_id uuid not null references users on delete cascade,
      number integer not null,
      kind text not null check (kind in ('text', 'status', 'call', 'grid_call', 'reminder')),
      -- What is run: the command, unless the job was ordered with more than a command can say.
      command text not null,
      task jsonb,
      summary text not null,
      recipients integer not null,
      run_at timestamptz not null,
      timezone text not null,
      repeat_on text,
      repeat_time text,
      state text not null check (state in ('scheduled', 'running', 'done', 'failed', 'cancelled')),
      -- When a worker is to look at it: at its time, after a pause, or when whoever runs it has been silent for too long.
      wake_at timestamptz,
      -- Grows whenever somebody takes the job to run it: who has an older one has lost it.
      fence bigint not null default 0,
      attempts integer not null default 0,
      source text not null check (source in ('command', 'sms', 'calendar', 'api')),
      -- No reference: a job is still told of when its event is gone.
      calendar_event_id uuid,
      error text,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      check ((wake_at is null) = (state in ('done', 'failed', 'cancelled'))),
      check ((repeat_on is null) = (repeat_time is null))
    );
    create unique index scheduled_jobs_one_per_number on scheduled_jobs (owner_id, number);
    create index scheduled_jobs_of_owner on scheduled_jobs (owner_id, run_at, id);
    create index scheduled_jobs_by_wake on scheduled_jobs (wake_at, id) where wake_at is not null;
    create index scheduled_jobs_of_event on scheduled_jobs (calendar_event_id) where calendar_event_id is not null;
    create index scheduled_jobs_ended_by_age on scheduled_jobs (updated_at) where wake_at is null;
  `)
}

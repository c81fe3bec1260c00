import type { Knex } from 'knex'

/** What people pay for: who they are to the payment provider, their subscriptions there, and checkouts they began. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table users add column months_from timestamptz;

    create table billing_customers (
      id text primary key,
      user_id uuid references users on delete set null,
      created_at timestamptz not null
    );
    create unique index billing_customers_one_per_user on billing_customers (user_id) where user_id is not null;

    create table subscriptions (
      id text primary key,
      customer_id text not null references billing_customers,
      status text not null check (status in ('incomplete', 'trialing', 'active', 'past_due', 'canceled')),
      interval text check (interval in ('month', 'year')),
      months_from timestamptz not null,
      current_period_end timestamptz,
      cancel_at_period_end boolean not null,
      past_due_since timestamptz,
      as_of timestamptz not null,
      looked_up_at timestamptz not null,
      created_at timestamptz not null,
      updated_at timestamptz not null
    );
    create index subscriptions_of_customer on subscriptions (customer_id);
    create index subscriptions_past_due on subscriptions (past_due_since) where status = 'past_due';
    create index subscriptions_due on subscriptions (current_period_end) where status <> 'canceled';

    create table checkouts (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      interval text not null check (interval in ('month', 'year')),
      success_url text not null,
      cancel_url text not null,
      session_id text,
      url text,
      expires_at timestamptz,
      looked_up_at timestamptz not null,
      created_at timestamptz not null,
      closed_at timestamptz
    );
    create unique index checkouts_one_open_per_user on checkouts (user_id) where closed_at is null;
    create unique index checkouts_one_per_session on checkouts (session_id);
    create index checkouts_open on checkouts (looked_up_at) where closed_at is null;
  `)
}

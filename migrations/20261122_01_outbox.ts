import type { Knex } from 'knex'

/**
 * The outbox, who has read how far, and the ledger of orders. Both event tables are partitioned by day and kept
 * for a week; the default partitions take what no day's partition is there for, so that a write never fails for it.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table events (
      seq bigint generated always as identity,
      xid xid8 not null default pg_current_xact_id(),
      id uuid not null,
      realm_id uuid,
      name text not null,
      at timestamptz not null,
      data jsonb not null
    ) partition by range (at);
    create index events_in_order on events (xid, seq);
    create table events_default partition of events default;

    create table event_channels (
      channel text not null,
      xid xid8 not null default pg_current_xact_id(),
      seq bigint not null,
      at timestamptz not null
    ) partition by range (at);
    create index event_channels_in_order on event_channels (channel, xid, seq);
    create index event_channels_of_event on event_channels (xid, seq);
    create table event_channels_default partition of event_channels default;

    create table outbox_state (
      is_only boolean primary key default true check (is_only),
      epoch uuid not null default gen_random_uuid(),
      floor_xid xid8 not null default '0',
      floor_seq bigint not null default 0
    );
    insert into outbox_state default values;

    create table consumers (
      name text primary key,
      xid xid8 not null,
      seq bigint not null,
      moved_at timestamptz not null
    );

    create table parked_events (
      consumer text not null,
      event_id uuid not null,
      name text not null,
      data jsonb not null,
      error text not null,
      parked_at timestamptz not null,
      primary key (consumer, event_id)
    );

    create table orders (
      effect text not null,
      key text not null,
      state text not null check (state in ('sending', 'sent', 'failed', 'unknown')),
      facts jsonb not null,
      external_id text,
      claimed_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (effect, key)
    );
    create index orders_unknown on orders (effect, claimed_at) where state = 'unknown';
    create unique index orders_one_per_external_id on orders (effect, external_id);

    create table idempotency_keys (
      scope text not null,
      key text not null,
      request_hash text not null,
      status integer,
      body jsonb,
      expires_at timestamptz not null,
      primary key (scope, key)
    );
    create index idempotency_keys_by_expiry on idempotency_keys (expires_at);
  `)
}

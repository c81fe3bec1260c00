import type { Knex } from 'knex'

/** Invites, when an address was last invited by anybody, and the mailboxes that want none. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table invites (
      id uuid primary key,
      inviter_id uuid not null references users on delete cascade,
      number integer not null,
      channel text not null check (channel in ('sms', 'email')),
      address text not null,
      name text,
      message text,
      -- No reference: an invite is still told of when the tag that it names is gone.
      ktag_id uuid,
      state text not null check (state in ('pending', 'sent', 'failed', 'accepted', 'revoked', 'expired')),
      rank integer not null,
      code_hash text not null,
      code_sealed text not null,
      text_id uuid,
      accepted_by uuid references users on delete set null,
      accepted_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      expires_at timestamptz not null
    );
    create unique index invites_one_per_number on invites (inviter_id, number);
    create unique index invites_one_per_code on invites (code_hash);
    create unique index invites_one_open_per_sender_and_address on invites (inviter_id, address)
      where state in ('pending', 'sent');
    create index invites_of_inviter on invites (inviter_id, id);
    create index invites_to_address on invites (address, id);
    create index invites_of_text on invites (text_id) where text_id is not null;
    create index invites_of_ktag on invites (ktag_id) where ktag_id is not null and rank < 3;
    create index invites_open_by_end on invites (expires_at) where rank < 3;
    create index invites_waiting on invites (created_at) where state = 'pending';
    create index invites_closed_by_age on invites (updated_at) where rank = 3;
    create index invites_accepted_by on invites (accepted_by) where accepted_by is not null;

    -- Whoever invites an address has it to themself for a while: the row says since when.
    create table invited_addresses (
      address text primary key,
      invited_at timestamptz not null
    );
    create index invited_addresses_by_age on invited_addresses (invited_at);

    create table invite_refusals (
      address text primary key,
      refused_at timestamptz not null
    );
  `)
}

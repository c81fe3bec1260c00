import type { Knex } from 'knex'

/**
 * What more an account holds: names on other networks, and an e-mail address that waits for its code. Its codes are of
 * two more purposes: to prove that address, and to delete the account.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table im_identities (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      network text not null,
      handle text not null,
      created_at timestamptz not null
    );
    create unique index im_identities_one_per_handle on im_identities (user_id, network, lower(handle));

    alter table users add column pending_email text;

    alter table challenges drop constraint challenges_purpose_check;
    alter table challenges add constraint challenges_purpose_check
      check (purpose in ('register', 'login', 'mobile', 'reset', 'email', 'departure'));
  `)
}

import type { Knex } from 'knex'

/** The address book. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table contacts (
      id uuid primary key,
      owner_id uuid not null references users on delete cascade,
      name text not null,
      nickname text,
      mobile text,
      email text,
      ktag text,
      notes text,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      check (mobile is not null or email is not null or ktag is not null)
    );
    create unique index contacts_one_per_mobile on contacts (owner_id, mobile) where mobile is not null;
    create unique index contacts_one_per_nickname on contacts (owner_id, lower(nickname)) where nickname is not null;
    create index contacts_by_name on contacts (owner_id, lower(name), id);
  `)
}

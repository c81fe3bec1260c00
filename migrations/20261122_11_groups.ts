import type { Knex } from 'knex'

/**
 * Groups of contacts, and the grid that a person calls at one touch. Members are tied to their owner too, so that
 * nobody's contact can stand in somebody else's group or cell; a deleted contact is gone from both with its row.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table contacts add constraint contacts_by_owner unique (owner_id, id);

    create table groups (
      id uuid primary key,
      owner_id uuid not null references users on delete cascade,
      name text not null,
      name_key text not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint groups_by_owner unique (owner_id, id)
    );
    create unique index groups_one_per_name on groups (owner_id, name_key);

    create table group_members (
      owner_id uuid not null,
      group_id uuid not null,
      contact_id uuid not null,
      primary key (group_id, contact_id),
      constraint group_members_groups foreign key (owner_id, group_id)
        references groups (owner_id, id) on delete cascade,
      constraint group_members_contacts foreign key (owner_id, contact_id)
        references contacts (owner_id, id) on delete cascade
    );
    create index group_members_of_contact on group_members (contact_id);

    create table grids (
      owner_id uuid primary key references users on delete cascade,
      updated_at timestamptz not null
    );

    create table grid_members (
      owner_id uuid not null references users on delete cascade,
      contact_id uuid not null,
      position integer not null check (position >= 0),
      constraint grid_members_contacts foreign key (owner_id, contact_id)
        references contacts (owner_id, id) on delete cascade
    );
    create unique index grid_one_cell_per_contact on grid_members (owner_id, contact_id);
    create unique index grid_one_contact_per_cell on grid_members (owner_id, position);

    alter table calls add column group_id uuid references groups on delete set null;
    create index calls_of_group on calls (group_id) where group_id is not null;
  `)
}

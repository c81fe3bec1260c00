import type { Knex } from 'knex'

/** Bytes of media, where several processes without a common disk keep them. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table blobs (
      key text primary key,
      bytes bytea not null
    );
    -- Sound does not get smaller by compression; stored plain, a part can be read without the rest.
    alter table blobs alter column bytes set storage external;
  `)
}

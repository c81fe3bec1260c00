import type { Knex } from 'knex'

/**
 * What people say on tags. Nothing is kept per follower: a feed is read from the tags that somebody follows, the newest
 * statuses of each by `statuses_of_ktag`.
 *
 * A tag that is deleted leaves its statuses behind without a tag, which nobody is shown; they are cleared away after it.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table statuses (
      id uuid primary key,
      ktag_id uuid references ktags on delete set null,
      author_id uuid not null references users on delete cascade,
      body text not null,
      via text not null check (via in ('sms', 'app', 'voice', 'widget')),
      file_id uuid references files on delete set null,
      edited_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null
    );
    create index statuses_of_ktag on statuses (ktag_id, id desc) include (author_id) where ktag_id is not null;
    create index statuses_of_author on statuses (author_id, id desc);
    create index statuses_without_ktag on statuses (id) where ktag_id is null;
    create index statuses_with_file on statuses (file_id) where file_id is not null;

    -- Whose words are hidden from everybody else: few, and asked for with every feed.
    create index users_suspended on users (id) where suspended_at is not null;
  `)
}

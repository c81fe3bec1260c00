import type { Knex } from 'knex'

/**
 * Files that people send: counted against what they may keep, and kept for as long as something uses them. A file that
 * stands at a public address has a key for it; people and tags have the key of their picture in their own rows, where
 * whoever reads them finds it.
 *
 * A person's row cannot go before their files have: the bytes would stay behind, and nobody would know of them.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table files
      add column is_upload boolean not null default false,
      add column public_key text;
    alter table files add constraint files_one_per_public_key unique (public_key);
    alter table files drop constraint files_owner_id_fkey;
    alter table files add constraint files_owner_id_fkey foreign key (owner_id) references users on delete restrict;
    create index files_by_blob on files (blob_key);

    -- What a file is for. Whoever may see the tag may have the file; without a tag only its owner may.
    create table file_uses (
      use text not null check (use in ('avatar', 'ktag_avatar', 'status')),
      subject_id uuid not null,
      file_id uuid not null references files on delete cascade,
      ktag_id uuid references ktags on delete set null,
      primary key (use, subject_id)
    );
    create index file_uses_by_file on file_uses (file_id);
    create index file_uses_by_ktag on file_uses (ktag_id) where ktag_id is not null;

    alter table users add column avatar_key text references files (public_key) on delete set null;
    alter table ktags add column avatar_key text references files (public_key) on delete set null;
    create index users_by_avatar on users (avatar_key) where avatar_key is not null;
    create index ktags_by_avatar on ktags (avatar_key) where avatar_key is not null;
  `)
}

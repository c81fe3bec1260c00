import type { Knex } from 'knex'

/**
 * Voicemail in full. A recording of the carrier has a row as soon as we hear of it, and keeps it: what was dropped or
 * taken back stays so however often the carrier tells of it. `messages.sound_tries` and `messages.sound_due_at` are
 * not read any more.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table voicemail_visits
      add column purpose text not null default 'message' check (purpose in ('message', 'greeting'));
    create index voicemail_visits_by_age on voicemail_visits (began_at);

    -- Files that nobody needs any more: removed after \`purge_at\`; from \`gone_at\` on nobody gets them.
    alter table files add column purge_at timestamptz;
    alter table files add column gone_at timestamptz;
    create index files_to_purge on files (purge_at) where purge_at is not null;

    alter table messages
      add column transcript_status text not null default 'absent'
        check (transcript_status in ('pending', 'ready', 'absent'));
    create index messages_voicemail_by_age on messages (created_at) where kind = 'voicemail' and deleted_at is null;
    create index messages_by_file on messages (file_id) where file_id is not null;
    drop index messages_without_sound;

    create table recordings (
      recording_id text primary key,
      purpose text not null check (purpose in ('message', 'greeting')),
      owner_id uuid not null references users on delete cascade,
      message_id uuid,
      duration_seconds integer not null,
      state text not null check (state in ('offered', 'wanted', 'stored', 'discarded')),
      file_id uuid references files on delete set null,
      sound_tries integer not null default 0,
      sound_due_at timestamptz not null,
      transcript text not null check (transcript in ('pending', 'ready', 'absent')),
      transcript_tries integer not null default 0,
      transcript_due_at timestamptz,
      is_settled boolean not null default false,
      notice_due_at timestamptz,
      heard_at timestamptz not null
    );
    create unique index recordings_one_per_message on recordings (message_id) where message_id is not null;
    create index recordings_by_file on recordings (file_id) where file_id is not null;
    create index recordings_without_sound on recordings (sound_due_at) where state = 'wanted';
    create index recordings_without_transcript on recordings (transcript_due_at) where transcript = 'pending';
    create index recordings_to_notify on recordings (notice_due_at) where notice_due_at is not null;
    create index recordings_offered on recordings (heard_at) where state = 'offered';
    create index recordings_greetings on recordings (owner_id) where purpose = 'greeting';
    create index recordings_discarded on recordings (heard_at) where state = 'discarded';

    -- What is still to be deleted at the carrier: recordings, and transcripts of recordings that are gone.
    create table carrier_deletions (
      carrier_id text primary key,
      tries integer not null default 0,
      due_at timestamptz not null
    );
    create index carrier_deletions_due on carrier_deletions (due_at);

    -- An owner's phone that rings for somebody who has dialled one of their tags.
    create table owner_rings (
      id uuid primary key,
      secret text not null,
      carrier_call_id text not null,
      ktag_id uuid not null references ktags on delete cascade,
      owner_id uuid not null references users on delete cascade,
      from_phone text,
      phone text not null check (phone ~ '^\\+[1-9][0-9]{6,14}$'),
      shown_number text not null,
      max_seconds integer not null,
      began_at timestamptz not null,
      gives_up_at timestamptz not null,
      taken_at timestamptz,
      over_at timestamptz,
      outcome text check (outcome in ('talked', 'missed'))
    );
    create unique index owner_rings_one_per_call on owner_rings (carrier_call_id);
    create unique index owner_rings_one_open_per_owner on owner_rings (owner_id) where over_at is null;
    create index owner_rings_of_owner on owner_rings (owner_id, began_at);
    create index owner_rings_by_age on owner_rings (began_at);

    insert into recordings (recording_id, purpose, owner_id, message_id, duration_seconds, state, file_id, sound_tries,
                            sound_due_at, transcript, is_settled, heard_at)
      select recording_id, 'message', owner_id, id, coalesce(duration_seconds, 0),
             case when deleted_at is not null then 'discarded' when file_id is null then 'wanted' else 'stored' end,
             file_id, sound_tries, coalesce(sound_due_at, created_at), 'absent', true, created_at
        from messages where recording_id is not null;
    insert into carrier_deletions (carrier_id, due_at) select recording_id, heard_at from recordings
      where state = 'discarded' or state = 'stored';
    update files set purge_at = deleted_at + interval '24 hours' from messages
      where messages.file_id = files.id and messages.deleted_at is not null;
  `)
}

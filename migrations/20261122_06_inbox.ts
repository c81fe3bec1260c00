import type { Knex } from 'knex'

/** What people are left: messages, the sound files of voicemail, and what the carrier has said so far. */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    create table files (
      id uuid primary key,
      owner_id uuid not null references users on delete cascade,
      kind text not null check (kind in ('audio', 'photo')),
      content_type text not null,
      size_bytes bigint not null,
      duration_seconds integer,
      width integer,
      height integer,
      blob_key text not null,
      created_at timestamptz not null
    );
    create index files_of_owner on files (owner_id);

    create table messages (
      id uuid primary key,
      owner_id uuid not null references users on delete cascade,
      number integer not null,
      kind text not null check (kind in ('text', 'voicemail')),
      from_phone text,
      from_user_id uuid references users on delete set null,
      to_ktag_id uuid references ktags on delete set null,
      body text,
      transcript text,
      via text not null check (via in ('sms', 'app', 'voice', 'widget')),
      duration_seconds integer,
      file_id uuid references files on delete set null,
      recording_id text,
      sound_tries integer not null default 0,
      sound_due_at timestamptz,
      in_reply_to uuid,
      read_at timestamptz,
      deleted_at timestamptz,
      created_at timestamptz not null
    );
    create unique index messages_one_per_recording on messages (recording_id) where recording_id is not null;
    create index messages_without_sound on messages (sound_due_at)
      where recording_id is not null and file_id is null and deleted_at is null;
    create unique index messages_one_per_number on messages (owner_id, number);
    create index messages_of_owner on messages (owner_id, id) where deleted_at is null;
    create index messages_unread on messages (owner_id, kind) where read_at is null and deleted_at is null;

    create table receipts (
      key text primary key,
      heard_at timestamptz not null
    );
    create index receipts_by_age on receipts (heard_at);

    create table voicemail_visits (
      carrier_call_id text primary key,
      from_phone text,
      ktag_id uuid not null references ktags on delete cascade,
      owner_id uuid not null references users on delete cascade,
      began_at timestamptz not null
    );

    create table texts (
      id uuid primary key,
      direction text not null check (direction in ('in', 'out')),
      phone text not null,
      our_number text not null,
      body text,
      purpose text not null,
      status text not null,
      rank integer not null,
      carrier_id text,
      error_code integer,
      created_at timestamptz not null,
      updated_at timestamptz not null
    );
    create unique index texts_one_per_carrier_id on texts (carrier_id) where carrier_id is not null;
    create index texts_with_phone on texts (phone, id);

    create table opt_outs (
      phone text primary key,
      opted_out_at timestamptz not null
    );
  `)
}

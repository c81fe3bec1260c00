import type { Knex } from 'knex'

/**
 * Accounts that are deleted. The row of a person who has left holds nothing of them from the first moment on, and goes
 * when nothing refers to it any more; usernames rest as the names of tags do. Calls outlive their host where others
 * were on them. What refers to a person must be found when they go.
 */
export async function up(sql: Knex): Promise<void> {
  await sql.raw(`
    alter table users add column departed_at timestamptz;

    create table resting_usernames (
      name text primary key,
      free_at timestamptz not null
    );

    create table departures (
      user_id uuid primary key,
      state text not null check (state in ('purging', 'done')),
      mobile_sealed text,
      left_at timestamptz not null,
      done_at timestamptz,
      constraint departures_keep_nothing check (state <> 'done' or (mobile_sealed is null and done_at is not null))
    );
    create index departures_purging on departures (left_at) where state = 'purging';

    alter table calls alter column host_id drop not null;
    alter table calls drop constraint calls_host_id_fkey;
    alter table calls add constraint calls_host_id_fkey foreign key (host_id) references users on delete set null;
    alter table calls add constraint calls_have_a_host_until_they_end
      check (host_id is not null or ended_at is not null) not valid;
    alter table participants drop constraint participants_phone_is_e164;
    alter table participants add constraint participants_phone_is_e164
      check (direction = 'inbound' or phone ~ '^\\+[1-9][0-9]{6,14}$' or (phone = '' and left_at is not null)) not valid;

    create index messages_from_user on messages (from_user_id) where from_user_id is not null;
    create index calls_of_host on calls (host_id, id);
    create index participants_by_user on participants (user_id) where user_id is not null;
    create index call_stints_of_host on call_stints (host_id);
    create index voicemail_visits_of_owner on voicemail_visits (owner_id);
    create index recordings_of_owner on recordings (owner_id);
    create index follow_notices_of_follower on follow_notices (follower_id);
    create index links_of_user on links (user_id);
  `)
}

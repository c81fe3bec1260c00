import type { View } from '#kit/unit'

/** Whoever gets a tag's texts, as the database gives them; without an account, a phone is all there is. */
export interface TextableRow {
  readonly id: string | null
  readonly phone: string
  readonly timezone: string | null
  readonly quiet_hours: { readonly start: string; readonly end: string } | null
}

/** Who is to be texted. */
export interface Wanted {
  readonly ktagId: string
  readonly ownerId: string
  readonly authorId: string
  /** Only these phones, where they are named. */
  readonly among: readonly string[] | null
  readonly most: number
}

/** How many others want the texts of a tag, whether or not they can be texted. Two walks along indexes. */
export async function countTexted(view: View, ktagId: string, authorId: string): Promise<number> {
  const { rows } = await view.sql.raw<{ rows: { count: string }[] }>(
    `select (select count(*) from follows where ktag_id = :ktagId and texts and follower_id <> :authorId)
          + (select count(*) from phone_follows where ktag_id = :ktagId) as count`,
    { ktagId, authorId },
  )
  return Number(rows[0]?.count ?? 0)
}

const NOT_OPTED_OUT = 'not exists (select 1 from opt_outs where opt_outs.phone = '
const AMONG = '(cast(:among as text[]) is null or'

/**
 * Those who want the texts of a tag and can be texted what somebody says on it, whoever has followed it longest first.
 * Whoever has no verified number, wants no texts of feeds or none of ours at all, has blocked the author or the tag's
 * owner, or is suspended is left out.
 *
 * Follows are walked in their order, one person looked up for each (`offset 0` keeps the planner from joining everybody
 * first), until there are enough: what it costs is how many are wanted, not how many follow.
 */
export async function listToText(view: View, wanted: Wanted): Promise<readonly TextableRow[]> {
  const { rows } = await view.sql.raw<{ rows: TextableRow[] }>(
    `select id, phone, timezone, quiet_hours
       from ((select textable.*, follows.created_at as since
                from follows cross join lateral (
                  select users.id, users.mobile as phone, users.timezone, users.settings -> 'quietHours' as quiet_hours
                    from users
                   where users.id = follows.follower_id
                     and users.mobile_verified_at is not null and users.suspended_at is null
                     and coalesce(users.settings ->> 'smsFeed', 'true') = 'true'
                     and not jsonb_exists_any(coalesce(users.settings -> 'blocked', '[]'), cast(:blocked as text[]))
                     and ${AMONG} users.mobile = any(cast(:among as text[])))
                     and ${NOT_OPTED_OUT} users.mobile)
                  offset 0) textable
               where follows.ktag_id = :ktagId and follows.texts and follows.follower_id <> :authorId
               order by follows.created_at, follows.follower_id limit :most)
             union all
             (select null, phone, null, null, followed_at
                from phone_follows
               where ktag_id = :ktagId and ${AMONG} phone = any(cast(:among as text[])))
                 and ${NOT_OPTED_OUT} phone_follows.phone)
               order by followed_at, phone limit :most)) as followers
      order by since, phone limit :most`,
    {
      ktagId: wanted.ktagId,
      authorId: wanted.authorId,
      blocked: [wanted.authorId, wanted.ownerId],
      among: wanted.among === null ? null : [...wanted.among],
      most: wanted.most,
    },
  )
  return rows
}

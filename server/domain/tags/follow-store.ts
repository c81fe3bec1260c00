import { type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import type { Follow, FollowFlags } from './model.ts'
import { type SeenRow, toSeen, visible } from './store.ts'

interface FollowRow {
  readonly texts: boolean
  readonly calls: boolean
}

interface FollowerRow {
  readonly follower_id: string
  readonly created_at: Date
  readonly is_suspended: boolean
}

/** How somebody follows a tag; null when they do not. */
export async function find(view: View, ktagId: string, followerId: string): Promise<FollowFlags | null> {
  const row: FollowRow | undefined = await view
    .sql('follows')
    .where({ ktag_id: ktagId, follower_id: followerId })
    .first('texts', 'calls')
  return row ? { texts: row.texts, calls: row.calls } : null
}

/** The tags that somebody follows, the one followed last first. */
export async function list(view: View, followerId: string, request: PageRequest): Promise<Page<Follow>> {
  const rows: (SeenRow & { follow_at: Date })[] = await visible(view, followerId)
    .whereNotNull('follows.ktag_id')
    .select('follows.created_at as follow_at')
    .orderByRaw('follows.created_at desc, ktags.id desc')
    .limit(request.limit + 1)
    .offset(request.offset)
  return toPage(rows, request, (row) => toFollow(view, row))
}

/**
 * Who follows a tag, the last one first. The page is found in the index alone, however far behind it lies; people are only
 * looked up for those on it.
 */
export async function followersOf(
  view: View,
  ktagId: string,
  request: PageRequest,
): Promise<Page<{ readonly personId: string; readonly followedAt: Date }>> {
  const { rows } = await view.sql.raw<{ rows: FollowerRow[] }>(
    `select page.follower_id, page.created_at, users.suspended_at is not null as is_suspended
       from (select follower_id, created_at from follows where ktag_id = :ktagId
              order by created_at desc, follower_id desc limit :most offset :offset) as page
       join users on users.id = page.follower_id
      order by page.created_at desc, page.follower_id desc`,
    { ktagId, most: request.limit + 1, offset: request.offset },
  )
  const { items, hasMore } = toPage(rows, request, (row) => row)
  const shown = items.filter((row) => !row.is_suspended)
  return { items: shown.map((row) => ({ personId: row.follower_id, followedAt: row.created_at })), hasMore }
}

/** One follow; null when there is none. */
export async function findFollow(view: View, ktagId: string, followerId: string): Promise<Follow | null> {
  const row: (SeenRow & { follow_at: Date }) | undefined = await visible(view, followerId)
    .whereNotNull('follows.ktag_id')
    .andWhere('ktags.id', ktagId)
    .select('follows.created_at as follow_at')
    .first()
  return row ? toFollow(view, row) : null
}

/**
 * The ids of the tags that somebody follows, but for those of some owners, and of the tags that they lost since then.
 */
export async function heardIds(
  view: View,
  followerId: string,
  since: Date,
  blocked: readonly string[],
): Promise<readonly string[]> {
  const lost = view.sql('lost_follows').where({ follower_id: followerId }).andWhere('lost_at', '>', since)
  const rows: { ktag_id: string }[] = await view
    .sql('follows')
    .where({ follower_id: followerId })
    .modify((query) => {
      if (blocked.length === 0) return
      query.whereRaw('ktag_id not in (select id from ktags where owner_id = any(cast(? as uuid[])))', [[...blocked]])
    })
    .select('ktag_id')
    .unionAll([lost.select('ktag_id')])
  return rows.map(({ ktag_id }) => ktag_id)
}

/** Note who loses a tag that is about to be deleted; what was noted before `since` is forgotten. */
export async function noteLoss(unit: Unit, ktagId: string, since: Date): Promise<void> {
  await unit.sql('lost_follows').where('lost_at', '<', since).delete()
  await unit.sql.raw(
    `insert into lost_follows (follower_id, ktag_id, lost_at)
     select follower_id, ktag_id, cast(:now as timestamptz) from follows where ktag_id = :ktagId`,
    { now: unit.now, ktagId },
  )
}

export async function count(view: View, followerId: string): Promise<number> {
  const [row] = await view.sql('follows').where({ follower_id: followerId }).count({ count: '*' })
  return Number(row?.count ?? 0)
}

export async function insert(unit: Unit, ktagId: string, followerId: string, flags: FollowFlags): Promise<void> {
  await unit
    .sql('follows')
    .insert({ ktag_id: ktagId, follower_id: followerId, ...flags, created_at: unit.now, updated_at: unit.now })
}

export async function update(unit: Unit, ktagId: string, followerId: string, flags: FollowFlags): Promise<void> {
  await unit
    .sql('follows')
    .where({ ktag_id: ktagId, follower_id: followerId })
    .update({ ...flags, updated_at: unit.now })
}

/** False when there was no such follow. */
export async function remove(unit: Unit, ktagId: string, followerId: string): Promise<boolean> {
  return (await unit.sql('follows').where({ ktag_id: ktagId, follower_id: followerId }).delete()) === 1
}

/**
 * Let go of everything that somebody follows; gives the tags with how many follow them now. The tags are locked first, in
 * an order that is everybody's, since the trigger that counts locks them in none.
 */
export async function removeAll(
  unit: Unit,
  followerId: string,
): Promise<readonly { readonly id: string; readonly ownerId: string; readonly followerCount: number }[]> {
  const followed = unit.sql('follows').where({ follower_id: followerId })
  const ids: string[] = await unit
    .sql('ktags')
    .whereIn('id', followed.clone().select('ktag_id'))
    .orderBy('id')
    .forNoKeyUpdate()
    .pluck('id')
  await followed.clone().delete()
  await unit.sql('lost_follows').where({ follower_id: followerId }).delete()
  await unit.sql('follow_notices').where({ follower_id: followerId }).delete()
  const rows: { id: string; owner_id: string; follower_count: number }[] = await unit
    .sql('ktags')
    .whereIn('id', ids)
    .select('id', 'owner_id', 'follower_count')
  return rows.map((row) => ({ id: row.id, ownerId: row.owner_id, followerCount: row.follower_count }))
}

/** The tags that somebody follows, by name. */
export async function listPortable(view: View, followerId: string): Promise<readonly unknown[]> {
  return view
    .sql('follows')
    .join('ktags', 'ktags.id', 'follows.ktag_id')
    .where({ 'follows.follower_id': followerId })
    .orderBy('follows.created_at')
    .select('ktags.id as ktag_id', 'ktags.name', 'follows.texts', 'follows.calls', 'follows.created_at')
}

/** Note that somebody is told how to stop the texts of a tag; false when they were told before. */
export async function noteFirstTexts(unit: Unit, ktagId: string, followerId: string): Promise<boolean> {
  const noted = await unit
    .sql('follow_notices')
    .insert({ ktag_id: ktagId, follower_id: followerId })
    .onConflict(['ktag_id', 'follower_id'])
    .ignore()
    .returning('ktag_id')
  return noted.length === 1
}

/**
 * Those who want their phone to ring when this tag calls, whoever waited longest for that first. Whoever has no
 * verified number, wants to be rung for no tag, has blocked its owner, or is suspended is left out.
 */
export async function listToRing(
  view: View,
  ktagId: string,
  ownerId: string,
): Promise<readonly { readonly id: string; readonly name: string; readonly mobile: string }[]> {
  return view
    .sql('follows')
    .join('users', 'users.id', 'follows.follower_id')
    .where({ 'follows.ktag_id': ktagId, 'follows.calls': true })
    .whereNotNull('users.mobile_verified_at')
    .whereNull('users.suspended_at')
    .whereRaw("coalesce(users.settings ->> 'ringForTags', 'true') = 'true'")
    .whereRaw("not coalesce(users.settings -> 'blocked' @> to_jsonb(cast(? as text)), false)", [ownerId])
    .orderByRaw('follows.rung_at nulls first, follows.created_at, follows.follower_id')
    .select('users.id', 'users.name', 'users.mobile')
}

/** Note that these followers are rung now, in this order: the next time the others come first, and then these. */
export async function noteRung(unit: Unit, ktagId: string, followerIds: readonly string[]): Promise<void> {
  await unit.sql.raw(
    `update follows set rung_at = cast(:now as timestamptz) + turns.at * interval '1 millisecond'
     from unnest(cast(:ids as uuid[])) with ordinality as turns(id, at)
     where follows.ktag_id = :ktagId and follows.follower_id = turns.id`,
    { now: unit.now, ids: [...followerIds], ktagId },
  )
}

function toFollow(view: View, row: SeenRow & { follow_at: Date }): Follow {
  return { ...toSeen(view, row), followedAt: row.follow_at }
}

import { type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import type { PhoneFollow } from './model.ts'

interface PhoneFollowRow {
  readonly ktag_id: string
  readonly phone: string
  readonly source: PhoneFollow['source']
  readonly followed_at: Date
}

interface EitherRow {
  readonly follower_id: string | null
  readonly phone: string | null
  readonly since: Date
  readonly is_suspended: boolean
}

/** False when the phone follows the tag already. */
export async function insert(
  unit: Unit,
  ktagId: string,
  phone: string,
  source: PhoneFollow['source'],
): Promise<boolean> {
  const rows: unknown[] = await unit
    .sql('phone_follows')
    .insert({ ktag_id: ktagId, phone, source, followed_at: unit.now })
    .onConflict(['ktag_id', 'phone'])
    .ignore()
    .returning('phone')
  return rows.length === 1
}

/** False when the phone did not follow the tag. */
export async function remove(unit: Unit, ktagId: string, phone: string): Promise<boolean> {
  return (await unit.sql('phone_follows').where({ ktag_id: ktagId, phone }).delete()) === 1
}

/** The tags that a phone follows, in the order in which tags are locked. */
export async function tagsOf(view: View, phone: string): Promise<readonly string[]> {
  return view.sql('phone_follows').where({ phone }).orderBy('ktag_id').pluck('ktag_id')
}

/**
 * Everybody who follows a tag, by account or by phone alone, whoever came last first. People who are suspended are left
 * out, as `followersOf` does.
 */
export async function followersWithPhones(
  view: View,
  ktagId: string,
  request: PageRequest,
): Promise<Page<{ readonly personId: string | null; readonly phone: string | null; readonly followedAt: Date }>> {
  const most = request.limit + 1
  // Each half is read along its index, as far as the page may reach into it.
  const { rows } = await view.sql.raw<{ rows: EitherRow[] }>(
    `select page.follower_id, page.phone, page.since, users.suspended_at is not null as is_suspended
       from (select * from (
               (select follower_id, null as phone, created_at as since from follows where ktag_id = :ktagId
                 order by created_at desc, follower_id desc limit :reach)
               union all
               (select null, phone, followed_at from phone_follows where ktag_id = :ktagId
                 order by followed_at desc, phone desc limit :reach)) as followers
              order by since desc, follower_id desc nulls last, phone desc limit :most offset :offset) as page
       left join users on users.id = page.follower_id
      order by page.since desc, page.follower_id desc nulls last, page.phone desc`,
    { ktagId, most, offset: request.offset, reach: request.offset + most },
  )
  const { items, hasMore } = toPage(rows, request, (row) => row)
  const shown = items.filter((row) => !row.is_suspended)
  return {
    items: shown.map((row) => ({ personId: row.follower_id, phone: row.phone, followedAt: row.since })),
    hasMore,
  }
}

/** Who follows the tags of a person by phone. */
export async function listOfOwner(view: View, ownerId: string): Promise<readonly PhoneFollow[]> {
  const rows: PhoneFollowRow[] = await view
    .sql('phone_follows')
    .whereIn('ktag_id', view.sql('ktags').where({ owner_id: ownerId }).select('id'))
    .orderBy(['ktag_id', 'followed_at', 'phone'])
  return rows.map(fromRow)
}

/** Nobody follows the tags of a person by phone any more. */
export async function removeOfOwner(unit: Unit, ownerId: string): Promise<void> {
  const tags = unit.sql('ktags').where({ owner_id: ownerId }).select('id')
  await unit.sql('phone_follows').whereIn('ktag_id', tags).delete()
}

function fromRow(row: PhoneFollowRow): PhoneFollow {
  return { ktagId: row.ktag_id, phone: row.phone, source: row.source, followedAt: row.followed_at }
}

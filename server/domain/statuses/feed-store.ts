import type { User } from '#domain/accounts'
import { type Page, type PageRequest, toPage } from '#kit/page'
import type { View } from '#kit/unit'
import type { Status } from './model.ts'
import { fromRow, type StatusRow } from './store.ts'

/** Behind every id. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

const HIDDEN = 'select id from users where suspended_at is not null'
const SHOWN = `
  statuses.ktag_id is not null and statuses.id < cast(:before as uuid)
  and statuses.author_id <> cast(:viewer as uuid) and statuses.author_id <> all(cast(:blocked as uuid[]))
  and statuses.author_id not in (${HIDDEN})`

/**
 * The newest `most` statuses lie on the `most` tags whose newest status is newest. So each followed tag is asked for one
 * id, along an index, and only those tags for whole statuses: two thousand followed tags cost two thousand short
 * look-ups, however much is said on them and however many others follow them.
 */
const LIST = `
  with followed as materialized (
    select follows.ktag_id
      from follows join ktags on ktags.id = follows.ktag_id
     where follows.follower_id = cast(:viewer as uuid)
       and (cast(:ktagId as uuid) is null or follows.ktag_id = cast(:ktagId as uuid))
       and ktags.owner_id <> all(cast(:blocked as uuid[])) and ktags.owner_id not in (${HIDDEN})),
  freshest as materialized (
    select followed.ktag_id
      from followed cross join lateral (
        select statuses.id from statuses where statuses.ktag_id = followed.ktag_id and ${SHOWN}
         order by statuses.id desc limit 1) newest
     order by newest.id desc limit :most)
  select said.*
    from freshest cross join lateral (
      select statuses.* from statuses where statuses.ktag_id = freshest.ktag_id and ${SHOWN}
       order by statuses.id desc limit :most) said
   order by said.id desc limit :most offset :offset`

/** What others say on the tags that somebody follows, or on one of them, newest first. */
export async function list(
  view: View,
  viewer: Pick<User, 'id' | 'settings'>,
  ktagId: string | null,
  request: PageRequest,
): Promise<Page<Status>> {
  const { limit, offset, beforeId } = request
  const { rows } = await view.sql.raw<{ rows: StatusRow[] }>(LIST, {
    viewer: viewer.id,
    ktagId,
    before: beforeId ?? LAST_ID,
    blocked: [...viewer.settings.blocked],
    most: limit + 1 + offset,
    offset,
  })
  return toPage(rows, request, fromRow)
}

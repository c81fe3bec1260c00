import type { Page, PageRequest } from '#kit/page'
import { toPage } from '#kit/page'
import type { View } from '#kit/unit'
import type { SeenKtag } from './model.ts'
import { type SeenRow, toSeen, visible } from './store.ts'

/** As the index holds it. */
const ABOUT = "(coalesce(ktags.title, '') || ' ' || coalesce(ktags.description, ''))"

/**
 * Of words that fit tags without number, such as "the", so many are looked at: those behind them are not worth reading
 * everything for.
 */
const MOST_ABOUT = 1_000

/** Whether the database can tell how alike words are (its extension pg_trgm). */
export async function knowsLikeness(view: View): Promise<boolean> {
  const { rows } = await view.sql.raw<{ rows: { known: boolean }[] }>(
    "select to_regprocedure('word_similarity(text, text)') is not null as known",
  )
  return rows[0]?.known ?? false
}

/**
 * Public tags: the one of exactly this name first, then those whose name begins so, then those that are about it; of
 * each kind the most followed first. Without `byLikeness`, what a tag is about must begin so too. What tags are about is
 * only looked into where their names do not fill the page. Tags that are hidden are not found.
 */
export async function search(
  view: View,
  viewerId: string,
  words: string,
  byLikeness: boolean,
  request: PageRequest,
): Promise<Page<SeenKtag>> {
  const most = request.limit + 1
  const name = words.toLowerCase()
  const beginning = `${name.replace(/[\\%_]/g, '\\$&')}%`
  const named: SeenRow[] = await findable(view, viewerId)
    .andWhere('ktags.name', 'like', beginning)
    .orderByRaw('ktags.name = ? desc', [name])
    .orderByRaw(POPULAR)
    .limit(most)
    .offset(request.offset)
  if (named.length === most) return toPage(named, request, (row) => toSeen(view, row))

  const before = named.length > 0 ? request.offset + named.length : await countNamed(view, viewerId, beginning)
  const fitting = candidates(view, byLikeness ? words : beginning, beginning, byLikeness)
  const about: SeenRow[] = await findable(view, viewerId)
    .whereIn('ktags.id', fitting)
    .orderByRaw(POPULAR)
    .limit(most - named.length)
    .offset(Math.max(0, request.offset - before))
  return toPage([...named, ...about], request, (row) => toSeen(view, row))
}

const POPULAR = 'ktags.follower_count desc, ktags.name'

function findable(view: View, viewerId: string): ReturnType<typeof visible> {
  return visible(view, viewerId).andWhere('ktags.visibility', 'public').whereNull('ktags.hidden_at')
}

async function countNamed(view: View, viewerId: string, beginning: string): Promise<number> {
  const all = findable(view, viewerId).andWhere('ktags.name', 'like', beginning)
  const [row] = await all.clearSelect().count({ count: '*' })
  return Number(row?.count ?? 0)
}

/** The ids of tags that are about something and not named like it. */
function candidates(view: View, words: string, beginning: string, byLikeness: boolean): ReturnType<typeof visible> {
  const rows = view.sql('ktags').where('ktags.visibility', 'public').andWhereNot('ktags.name', 'like', beginning)
  const fitting = byLikeness
    ? rows.whereRaw(`? <% ${ABOUT}`, [words])
    : rows.whereRaw('lower(ktags.title) like ?', [words])
  return fitting.select('ktags.id').limit(MOST_ABOUT)
}

import type { Page, PageRequest } from '#kit/page'
import { toPage } from '#kit/page'
import type { View } from '#kit/unit'
import type { SeenKtag } from './model.ts'
import { type SeenRow, toSeen, visible } from './store.ts'

/** As the index holds it. */
const ABOUT = "(coalesce(ktags.title, '') || ' ' || coalesce(ktags.description, ''))"

/** Whether the database can tell how alike words are (its extension pg_trgm). */
export async function knowsLikeness(view: View): Promise<boolean> {
  const { rows } = await view.sql.raw<{ rows: { known: boolean }[] }>(
    "select to_regprocedure('word_similarity(text, text)') is not null as known",
  )
  return rows[0]?.known ?? false
}

/**
 * Public tags: the one of exactly this name first, then those whose name begins so, then those that are about it; of
 * each kind the most followed first. Without `byLikeness`, what a tag is about must begin so too.
 */
export async function search(
  view: View,
  viewerId: string,
  words: string,
  byLikeness: boolean,
  request: PageRequest,
): Promise<Page<SeenKtag>> {
  const name = words.toLowerCase()
  const beginning = `${name.replace(/[\\%_]/g, '\\$&')}%`
  const rows: SeenRow[] = await visible(view, viewerId)
    .andWhere('ktags.visibility', 'public')
    .andWhere((fits) => {
      fits.where('ktags.name', 'like', beginning)
      if (byLikeness) fits.orWhereRaw(`? <% ${ABOUT}`, [words])
      else fits.orWhereRaw('lower(ktags.title) like ?', [beginning])
    })
    .orderByRaw('ktags.name = ? desc, ktags.name like ? desc', [name, beginning])
    .orderByRaw('ktags.follower_count desc, ktags.name')
    .limit(request.limit + 1)
    .offset(request.offset)
  return toPage(rows, request, toSeen)
}

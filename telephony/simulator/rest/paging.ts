import { invalid } from './errors.ts'
import type { RestRequest } from './request.ts'

const USUAL_SIZE = 50
const LARGEST_SIZE = 1000

/**
 * One page in the envelope of the 2010-04-01 API; its URIs are relative. PageToken names the last item of the page
 * before, so that new items do not shift a walk through the pages.
 */
export function pageOf<T extends { readonly sid: string }>(
  request: RestRequest,
  key: string,
  items: readonly T[],
  present: (item: T) => unknown,
): Record<string, unknown> {
  const size = whole(request.query, 'PageSize', USUAL_SIZE, 1, LARGEST_SIZE)
  const page = whole(request.query, 'Page', 0, 0, Number.MAX_SAFE_INTEGER)
  const start = startOf(request.query.get('PageToken'), items, page * size)
  const shown = items.slice(start, start + size)
  const last = shown.at(-1)
  const hasMore = start + size < items.length
  return {
    [key]: shown.map(present),
    page,
    page_size: size,
    start,
    end: Math.max(start, start + shown.length - 1),
    uri: uriOf(request, { PageSize: size, Page: page }),
    first_page_uri: uriOf(request, { PageSize: size, Page: 0 }),
    next_page_uri:
      hasMore && last ? uriOf(request, { PageSize: size, Page: page + 1, PageToken: `PA${last.sid}` }) : null,
    previous_page_uri: page > 0 ? uriOf(request, { PageSize: size, Page: page - 1 }) : null,
  }
}

function startOf(token: string | null, items: readonly { readonly sid: string }[], usual: number): number {
  if (token === null) return usual
  const index = items.findIndex(({ sid }) => token === `PA${sid}`)
  if (index < 0) throw invalid(20001, 'PageToken is not valid')
  return index + 1
}

function uriOf(request: RestRequest, page: Readonly<Record<string, string | number>>): string {
  const query = new URLSearchParams(request.query)
  query.delete('PageToken')
  for (const [name, value] of Object.entries(page)) query.set(name, String(value))
  return `${request.path}?${query}`
}

function whole(query: URLSearchParams, name: string, usual: number, least: number, most: number): number {
  const value = query.get(name)
  if (value === null) return usual
  const number = Number(value)
  if (!Number.isInteger(number) || number < least) throw invalid(20001, `${name} is not valid: ${value}`)
  return Math.min(number, most)
}

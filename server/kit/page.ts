import { z } from 'zod'
import { IdSchema } from './id.ts'

/** What part of a list is asked for: so many, after so many, or older than one. */
export interface PageRequest {
  readonly limit: number
  readonly offset: number
  readonly beforeId: string | null
}

/** A part of a list, and whether more lies behind it. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly hasMore: boolean
}

/** A whole number in a query string, within bounds. */
export function wholeNumber(min: number, max: number): z.ZodType<number, string | undefined> {
  const message = `Send a whole number from ${min} to ${max}.`
  return (
    z
      .string()
      .regex(/^\d{1,9}$/, message)
      // In a query string it is digits; the reference says what they mean.
      .meta({ type: 'integer', minimum: min, maximum: max, pattern: undefined })
      .transform(Number)
      .refine((value) => value >= min && value <= max, message) as z.ZodType<number, string | undefined>
  )
}

const limit = wholeNumber(1, 100).default(20).describe('How many at most; 20 when absent.')
const offset = wholeNumber(0, 999_999_999)
const beforeId = IdSchema

/** The query of a list that is paged by offset only. */
export const OffsetQuery = z.object({
  limit,
  offset: offset.default(0),
  before_id: z.undefined({ error: 'This list is paged by offset.' }).optional(),
})

/** The query of a list, newest first, that is paged by the last id seen, or by offset; not by both at once. */
export const CursorQuery = z
  .object({ limit, offset: offset.optional(), before_id: beforeId.optional() })
  .refine((query) => query.offset === undefined || query.before_id === undefined, {
    path: ['before_id'],
    message: 'Send either offset or before_id.',
  })

/** Read a checked query of either kind. */
export function pageRequest(query: {
  limit: number
  offset?: number | undefined
  before_id?: string | undefined
}): PageRequest {
  return { limit: query.limit, offset: query.offset ?? 0, beforeId: query.before_id ?? null }
}

/** Make a page of rows that were fetched with `limit + 1`: the extra row only tells that there is more. */
export function toPage<Row, Item>(rows: readonly Row[], request: PageRequest, present: (row: Row) => Item): Page<Item> {
  return { items: rows.slice(0, request.limit).map(present), hasMore: rows.length > request.limit }
}

/** Words that a person looks for, as a pattern of SQL's `like` that finds them anywhere and means nothing else. */
export function likePattern(words: string): string {
  return `%${likeLiteral(words)}%`
}

/** Words as they stand in a pattern of `like`, with nothing in them that stands for something else. */
export function likeLiteral(words: string): string {
  return words.replace(/[\\%_]/g, '\\$&')
}

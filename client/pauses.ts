import { KadoinkError, KadoinkNetworkError } from './errors.ts'

/** How long pauses are: the first ceiling, which doubles with each failure, and the last. */
export interface Backoff {
  readonly firstMs: number
  readonly longestMs: number
}

/** Between two tries of a request. */
const REQUESTS: Backoff = { firstMs: 500, longestMs: 8_000 }
/** A pause that is longer than this is for the app to decide on. */
const LONGEST_WAIT_MS = 30_000
/** Answers that say nothing about the request itself: too many, or somebody on the way is not there. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** Full jitter: anything from nothing up to a ceiling, so that many who failed together do not come back together. */
export function jitter(failures: number, { firstMs, longestMs }: Backoff, random: () => number): number {
  return random() * Math.min(longestMs, firstMs * 2 ** failures)
}

/** How long to wait before a request is sent again, in milliseconds; undefined when that makes no sense. */
export function pauseAfter(error: unknown, failures: number, random: () => number): number | undefined {
  if (error instanceof KadoinkNetworkError) return jitter(failures, REQUESTS, random)
  if (!(error instanceof KadoinkError) || !PASSING.has(error.status)) return undefined
  const pauseMs = jitter(failures, REQUESTS, random)
  if (error.retryAfterSeconds === null) return pauseMs
  // Asked to wait: never less, and a little more, differently for each.
  const askedMs = error.retryAfterSeconds * 1000
  return askedMs > LONGEST_WAIT_MS ? undefined : askedMs + pauseMs
}

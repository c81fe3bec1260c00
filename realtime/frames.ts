import { z } from 'zod'
import { defineFault } from '#kit/fault'

const IdSchema = z.union([z.number(), z.string().max(64)])
const TopicSchema = z.string().min(1).max(200)

/** Everything a client may say. Fields that are not listed are ignored. */
export const ClientFrameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('auth'), id: IdSchema.optional(), token: z.string().max(4_096) }),
  z.object({
    type: z.literal('hello'),
    id: IdSchema.optional(),
    cursor: z.string().nullish(),
    topics: z.array(TopicSchema).max(100).nullish(),
  }),
  z.object({ type: z.literal('subscribe'), id: IdSchema.optional(), topic: TopicSchema }),
  z.object({ type: z.literal('unsubscribe'), id: IdSchema.optional(), topic: TopicSchema }),
  z.object({ type: z.literal('ping'), id: IdSchema.optional() }),
])

/** A frame as a client says it. */
export type ClientFrame = z.output<typeof ClientFrameSchema>
/** How a client numbers its frames; the answer carries the same. */
export type FrameId = z.output<typeof IdSchema>

/** Why a client must begin afresh instead of resuming. */
export type ResyncReason = 'cursor_expired' | 'cursor_unknown' | 'too_much' | 'topics_changed'

/** Everything a client may hear. Times are RFC 3339 in UTC with whole seconds. */
export type ServerFrame =
  | { type: 'ready'; connection_id: string; user_id: string; heartbeat_seconds: number; server_time: string }
  | { type: 'welcome'; id?: FrameId | undefined; cursor: string; replay: number; topics: readonly string[] }
  | { type: 'event'; id: string; cursor: string; topic: string; event: string; at: string; data: unknown }
  | { type: 'event'; topic: string; event: string; at: string; transient: true; data: unknown }
  | { type: 'live'; cursor: string }
  | { type: 'subscribed'; id?: FrameId | undefined; topic: string; snapshot: unknown }
  | { type: 'unsubscribed'; id?: FrameId | undefined; topic: string }
  | { type: 'resync'; reason: ResyncReason; cursor: string }
  | { type: 'error'; id?: FrameId | undefined; [envelope: string]: unknown }
  | { type: 'pong'; id?: FrameId | undefined; server_time: string }
  | { type: 'bye'; reason: 'restart'; retry_after_ms: number }

/** What came of reading a frame. */
export type Reading =
  | { readonly kind: 'frame'; readonly frame: ClientFrame }
  /** A known frame with wrong fields: the client is told which. */
  | { readonly kind: 'invalid'; readonly id: FrameId | undefined; readonly fields: Record<string, string> }
  /** Not a frame of this protocol at all. */
  | { readonly kind: 'bad' }

const TYPES: ReadonlySet<unknown> = new Set(['auth', 'hello', 'subscribe', 'unsubscribe', 'ping'])

/** Read a client's frame. */
export function readFrame(text: string): Reading {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || !('type' in value) || !TYPES.has(value.type)) {
    return { kind: 'bad' }
  }
  const parsed = ClientFrameSchema.safeParse(value)
  if (parsed.success) return { kind: 'frame', frame: parsed.data }
  const id = IdSchema.safeParse('id' in value ? value.id : undefined)
  const fields = Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message]))
  return { kind: 'invalid', id: id.data, fields }
}

/** Write a frame. */
export function writeFrame(frame: ServerFrame): string {
  return JSON.stringify(frame)
}

/** A moment as it stands in frames. */
export function stamp(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`
}

/** What a text says; undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a client may be refused inside an open socket, beside `not_found` and `validation_failed`. */
export const TopicUnknown = defineFault('topic_unknown', 'missing', 'There is no such topic.')
export const NotAllowed = defineFault('not_allowed', 'forbidden', 'That topic is not yours to watch.')
export const TooManyTopics = defineFault('too_many_topics', 'exhausted', 'Too many topics at once. Leave one first.')

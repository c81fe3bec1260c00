import type { z } from 'zod'

/** A kind of event: something that happened, named `noun.past_tense`, with the facts of it in `snake_case`. */
export interface EventType<Data = unknown> {
  readonly name: string
  readonly schema: z.ZodType<Data>
}

/** A place in the outbox. Positions are ordered by transaction, then by sequence; see `outbox.ts`. */
export interface Position {
  readonly xid: bigint
  readonly seq: bigint
}

/** An event as it is read back from the outbox. */
export interface StoredEvent<Data = unknown> {
  readonly id: string
  readonly name: string
  readonly position: Position
  readonly at: Date
  readonly data: Data
}

/**
 * Declare an event. The payload holds ids and facts, no presentation; readers of old rows must understand it,
 * so it only ever gains optional fields.
 */
export function defineEvent<Data>(name: string, schema: z.ZodType<Data>): EventType<Data> {
  return { name, schema }
}

/** Whether `a` lies before `b` (negative), at it (0) or after it (positive). */
export function comparePositions(a: Position, b: Position): number {
  if (a.xid !== b.xid) return a.xid < b.xid ? -1 : 1
  if (a.seq !== b.seq) return a.seq < b.seq ? -1 : 1
  return 0
}

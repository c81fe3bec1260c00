import { comparePositions, type Position } from '#kit/event'
import type { LiveSurface, LiveUser } from '#kit/live'
import type { Log } from '#kit/log'
import { type HeardEvent, type OutboxState, outboxState, readChannels } from '#kit/outbox'
import type { Database, View } from '#kit/unit'
import type { Message } from './bus.ts'
import { isInternal, wholeOf } from './channels.ts'
import { type Cursor, currentCursor, cursorAt, decodeCursor, scopeOf } from './cursor.ts'
import type { ResyncReason } from './frames.ts'
import { renderEvents } from './render.ts'

/** More frames than this are not replayed: fetching everything afresh is less. */
export const REPLAY_AT_MOST = 1_000
const PAGE = 500
/** What is read at most, of which a client may have asked for little. */
const PAGES = 40

/** What a client missed, and the cursor of where that ends; or why that cannot be told. */
export type Missed =
  | { readonly kind: 'frames'; readonly messages: readonly Message[]; readonly cursor: string }
  | { readonly kind: 'gap'; readonly reason: ResyncReason; readonly cursor: string }

/** Part of the past: on these channels, these subjects, after a cursor. */
export interface Wanted {
  readonly channels: readonly string[]
  /** Of those channels, these subjects; all others are passed over. */
  readonly subjects: ReadonlySet<string>
}

/** How far to read: of what lies between two positions, the frames after a cursor, so many at most. */
interface Reach {
  readonly after: Position
  readonly until: Position
  readonly since: string
  readonly atMost: number
}

/** What was said on a surface's channels. */
export class History {
  readonly #database: Database
  readonly #surface: LiveSurface
  readonly #log: Log

  constructor(database: Database, surface: LiveSurface, log: Log) {
    this.#database = database
    this.#surface = surface
    this.#log = log
  }

  /** The cursor of now, for a user who listens on this channel. Throws `Unavailable`. */
  now(channel: string): Promise<string> {
    return this.#database.read((view) => currentCursor(view, channel))
  }

  /** What a user missed since a cursor, up to now. Throws `Unavailable`. */
  missed(user: LiveUser, since: string, subjects: ReadonlySet<string>): Promise<Missed> {
    return this.#database.read(async (view) => {
      const state = await outboxState(view.sql)
      const { horizon: until } = state
      const cursor = cursorAt(state.epoch, until, user.channels[0] ?? '')
      const after = decodeCursor(since)
      const gap = (reason: ResyncReason): Missed => ({ kind: 'gap', reason, cursor })

      if (!after || !isKnown(after, state, until, user)) return gap('cursor_unknown')
      if (comparePositions(after.position, state.floor) <= 0) return gap('cursor_expired')

      const wanted = { channels: user.channels, subjects }
      const reach = { after: before(after), until, since, atMost: REPLAY_AT_MOST }
      const messages = await this.#read(view, state.epoch, wanted, reach)
      if (!messages) return gap('too_much')
      // Days are dropped meanwhile: what was read is whole only if the floor is still below the cursor.
      const { floor } = await outboxState(view.sql)
      return comparePositions(after.position, floor) <= 0 ? gap('cursor_expired') : { kind: 'frames', messages, cursor }
    })
  }

  /**
   * Everything said on some subjects since a cursor of our own, for a process that may have lost messages;
   * undefined when that is too much or too long ago. Throws `Unavailable`.
   */
  since(mark: string, wanted: Wanted): Promise<{ messages: readonly Message[]; cursor: string } | undefined> {
    return this.#database.read(async (view) => {
      const { epoch, horizon: until } = await outboxState(view.sql)
      const after = decodeCursor(mark)
      if (!after || !epoch.startsWith(after.epoch)) return undefined
      const stretch = { after: before(after), until, since: mark, atMost: PAGE * PAGES }
      const messages = await this.#read(view, epoch, wanted, stretch)
      const { floor } = await outboxState(view.sql)
      if (!messages || comparePositions(after.position, floor) < 0) return undefined
      return { messages, cursor: cursorAt(epoch, until, '') }
    })
  }

  /** The frames of a stretch, or undefined when there are too many. */
  async #read(
    view: View,
    epoch: string,
    wanted: Wanted,
    { after, until, since, atMost }: Reach,
  ): Promise<Message[] | undefined> {
    const messages: Message[] = []
    let from = after
    for (let page = 0; page < PAGES; page++) {
      const read = await readChannels(view.sql, wanted.channels, { after: from, until, limit: PAGE })
      const events = wholeEvents(read)
      const rendered = await renderEvents({ view, surface: this.#surface, epoch, log: this.#log }, events)
      for (const message of rendered) {
        if (message.cursor > since && isWanted(message, wanted)) messages.push(message)
      }
      if (messages.length > atMost) return undefined
      const last = events.at(-1)
      if (read.length < PAGE || !last) return messages
      from = last.position
    }
    return undefined
  }
}

/** Whether a cursor is one of this history's, already past, and of this user's hearing. */
function isKnown(cursor: Cursor, { epoch }: OutboxState, until: Position, user: LiveUser): boolean {
  const isOfEpoch = epoch.startsWith(cursor.epoch)
  const isPast = comparePositions(cursor.position, until) <= 0
  return isOfEpoch && isPast && (cursor.isShared || user.channels.some((channel) => scopeOf(channel) === cursor.scope))
}

function isWanted({ subject }: Message, { subjects }: Wanted): boolean {
  return !isInternal(subject) && (subjects.has(subject) || subjects.has(wholeOf(subject)))
}

/** The position before an event: of the event that a cursor lies in, later frames may be missing. */
function before({ position: { xid, seq } }: Cursor): Position {
  return { xid, seq: seq > 0n ? seq - 1n : 0n }
}

/** A full page may end in the middle of an event that is heard on several channels; leave that event to the next page. */
function wholeEvents(page: readonly HeardEvent[]): readonly HeardEvent[] {
  const last = page.at(-1)
  if (page.length < PAGE || !last) return page
  const whole = page.filter(({ position }) => comparePositions(position, last.position) < 0)
  return whole.length > 0 ? whole : page
}

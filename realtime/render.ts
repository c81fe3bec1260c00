import { Fault } from '#kit/fault'
import type { LiveFrame, LiveSurface } from '#kit/live'
import type { Log } from '#kit/log'
import type { HeardEvent } from '#kit/outbox'
import type { View } from '#kit/unit'
import type { Message } from './bus.ts'
import { isPersonal, REGRANTED, subjectOf } from './channels.ts'
import { encodeCursor, epochOf, LAST_PART, scopeOf } from './cursor.ts'
import { stamp, writeFrame } from './frames.ts'

/** What rendering needs beside the events. */
export interface Rendering {
  readonly view: View
  readonly surface: LiveSurface
  /** The outbox's epoch. */
  readonly epoch: string
  readonly log: Log
}

/** Events that are rendered side by side: each may ask the database. */
const AT_ONCE = 8

/**
 * What a surface tells of some events, in order, encoded once. An event that cannot be rendered is logged and left
 * out, since the next one does not depend on it; but when the database is away, nothing can, and `Unavailable` is
 * thrown.
 */
export async function renderEvents(rendering: Rendering, events: readonly HeardEvent[]): Promise<Message[]> {
  const { map } = rendering.surface
  const told = events.filter((event) => map.events.has(event.name) || isRegrant(rendering.surface, event))
  const messages: Message[] = []
  for (let start = 0; start < told.length; start += AT_ONCE) {
    const batch = told.slice(start, start + AT_ONCE).map((event) => renderOne(rendering, event))
    messages.push(...(await Promise.all(batch)).flat())
  }
  // One event on several channels is ordered by channel as cursors order it.
  return messages.sort((a, b) => (a.cursor < b.cursor ? -1 : 1))
}

async function renderOne(rendering: Rendering, event: HeardEvent): Promise<Message[]> {
  const { surface, view, log } = rendering
  try {
    const frames = await surface.map.render(view, event.channel, event)
    const messages = frames.map((frame, part) => encode(rendering, event, frame, part))
    return isRegrant(surface, event) ? [...messages, regranted(rendering, event)] : messages
  } catch (error) {
    if (error instanceof Fault && error.type.kind === 'unavailable') throw error
    const what = { err: error, surface: surface.name, event: event.name, event_id: event.id }
    log.error(what, 'realtime: an event could not be rendered, left out')
    return []
  }
}

function isRegrant(surface: LiveSurface, { name, channel }: HeardEvent): boolean {
  return isPersonal(channel) && (surface.regrants?.has(name) ?? false)
}

/** Behind its frames, an event tells the connections themselves. */
function regranted({ surface, epoch }: Rendering, { position, channel }: HeardEvent): Message {
  return {
    subject: subjectOf({ surface: surface.name, channel, topic: REGRANTED }),
    cursor: encodeCursor({
      epoch: epochOf(epoch),
      position,
      scope: scopeOf(channel),
      part: LAST_PART,
      isShared: false,
    }),
    text: '',
  }
}

function encode({ surface, epoch }: Rendering, event: HeardEvent, frame: LiveFrame, part: number): Message {
  const { id, position, channel, at } = event
  const isShared = !isPersonal(channel)
  const cursor = encodeCursor({ epoch: epochOf(epoch), position, scope: scopeOf(channel), part, isShared })
  return {
    subject: subjectOf({ surface: surface.name, channel, topic: frame.topic }),
    cursor,
    text: writeFrame({
      type: 'event',
      id,
      cursor,
      topic: frame.topic,
      event: frame.event,
      at: stamp(at),
      data: frame.data,
    }),
  }
}

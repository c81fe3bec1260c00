import type { Broadcast } from '#kit/consumer'
import type { LiveSurface } from '#kit/live'
import type { Log } from '#kit/log'
import type { HeardEvent } from '#kit/outbox'
import type { Database } from '#kit/unit'
import type { Bus } from './bus.ts'
import { renderEvents } from './render.ts'

/** While so many events are on the wire, the next ones are rendered. */
const PORTION = 16

/** What the publisher needs. */
export interface PublisherOptions {
  readonly database: Database
  readonly surfaces: readonly LiveSurface[]
  readonly bus: Bus
  readonly log: Log
}

/**
 * The relay's consumer that tells sockets: turns events into each surface's frames and publishes each once per
 * subject, in the order of the outbox. What throws is tried again with the whole batch; the hubs know what they have
 * already passed on.
 */
export function createPublisher({ database, surfaces, bus, log }: PublisherOptions): Broadcast {
  return {
    kind: 'broadcast',
    name: 'realtime',
    async publish(events, epoch) {
      await database.read(async (view) => {
        for (const some of portions(events)) {
          for (const surface of surfaces) await bus.publish(await renderEvents({ view, surface, epoch, log }, some))
        }
      })
    },
  }
}

/** Events in portions, in order; one that is heard on several channels is never split: they are told in order. */
function portions(events: readonly HeardEvent[]): readonly (readonly HeardEvent[])[] {
  const all: HeardEvent[][] = []
  for (const event of events) {
    const last = all.at(-1)
    if (last && (last.length < PORTION || last.at(-1)?.id === event.id)) last.push(event)
    else all.push([event])
  }
  return all
}

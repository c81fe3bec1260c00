import type { Broadcast } from '#kit/consumer'
import type { LiveSurface } from '#kit/live'
import type { Log } from '#kit/log'
import { outboxState } from '#kit/outbox'
import type { Database } from '#kit/unit'
import type { Bus } from './bus.ts'
import { renderEvents } from './render.ts'

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
    async publish(events) {
      const messages = await database.read(async (view) => {
        const { epoch } = await outboxState(view.sql)
        return Promise.all(surfaces.map((surface) => renderEvents({ view, surface, epoch, log }, events)))
      })
      for (const some of messages) await bus.publish(some)
    },
  }
}

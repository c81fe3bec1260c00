import type { z } from 'zod'
import type { EventType, StoredEvent } from './event.ts'
import type { View } from './unit.ts'

/** What a socket's user hears of an event: the topic it belongs to, its name on the wire, its data. */
export interface LiveFrame {
  readonly topic: string
  readonly event: string
  readonly data: unknown
}

/** One kind of event as clients hear it. */
export interface LiveEvent {
  readonly topic: string
  readonly data: z.ZodType
  /** Told once to those who are there, never replayed. */
  readonly isTransient?: true
}

/** What a surface's sockets tell, declared for those who write clients: the reference carries it as `x-live`. */
export interface LiveDeclaration {
  /** The socket's path, for example `/api/v1/realtime`. */
  readonly path: string
  /** The WebSocket sub-protocol. */
  readonly protocol: string
  /** The own topics that a client may name. */
  readonly topics: readonly string[]
  /** By the events' names on the wire. */
  readonly events: Readonly<Record<string, LiveEvent>>
  /** What a topic that is watched on demand answers with, by its form: `call:{id}`. */
  readonly snapshots: Readonly<Record<string, z.ZodType>>
}

/** An event on one channel, about to be told to those who listen there. */
export interface Audience<Data> {
  readonly view: View
  readonly channel: string
  readonly event: StoredEvent<Data>
}

/** Which events a surface's clients see, and as what frames; several frames of one event are told in order. */
export interface LiveMap {
  /** Names of the events that are told at all. */
  readonly events: ReadonlySet<string>
  /** The frames of an event for the listeners of a channel; none when it is not theirs to hear. */
  render(view: View, channel: string, event: StoredEvent): Promise<readonly LiveFrame[]>
}

/**
 * A reading that is done once for each view, however often it is asked for: events that are told together are often about
 * one thing, and each is told on several channels.
 */
export function oncePerView<Thing>(
  read: (view: View, id: string) => Promise<Thing>,
): (view: View, id: string) => Promise<Thing> {
  const known = new WeakMap<View, Map<string, Promise<Thing>>>()
  return (view, id) => {
    const things = known.get(view) ?? new Map<string, Promise<Thing>>()
    known.set(view, things)
    const thing = things.get(id) ?? read(view, id)
    things.set(id, thing)
    return thing
  }
}

type Render<Data> = (audience: Audience<Data>) => Promise<readonly LiveFrame[]> | readonly LiveFrame[]

/** Declare what a surface tells of each event. */
export function defineLive(
  declare: (on: <Data>(type: EventType<Data>, render: Render<Data>) => void) => void,
): LiveMap {
  const renders = new Map<string, (view: View, channel: string, event: StoredEvent) => Promise<readonly LiveFrame[]>>()
  declare((type, render) => {
    renders.set(type.name, async (view, channel, event) =>
      render({ view, channel, event: { ...event, data: type.schema.parse(event.data) } }),
    )
  })
  return {
    events: new Set(renders.keys()),
    render: async (view, channel, event) => (await renders.get(event.name)?.(view, channel, event)) ?? [],
  }
}

/** A socket's user, as the surface knows it after checking the token. */
export interface LiveUser {
  readonly userId: string
  readonly sessionId: string
  /** The channels on which the user's own events are heard. */
  readonly channels: readonly string[]
  /** The topics the user may watch now; all others are refused. */
  readonly topics: ReadonlySet<string>
}

/** What realtime needs to know of a surface: where its sockets are, who may open one, and what they hear. */
export interface LiveSurface {
  readonly name: string
  /** The socket's path, for example `/api/v1/realtime`. */
  readonly path: string
  /** The WebSocket sub-protocol that is echoed. */
  readonly protocol: string
  readonly map: LiveMap
  /** The own topics a client may name; all of them are watched when it names none. */
  readonly topics: readonly string[]
  /** Those that are watched from the hello on whatever it names. */
  readonly constantTopics?: readonly string[]
  /**
   * Names of the events, heard on a user's own channel, after which `recheck` gives that user other channels or
   * topics (a tag is followed, a gate opens): open sockets then ask again, and hear what they gained from that event on.
   */
  readonly regrants?: ReadonlySet<string>
  /** Who holds this token. Throws a fault of kind `unauthenticated` or `forbidden`. */
  authenticate(view: View, token: string): Promise<LiveUser>
  /**
   * Whether the session of a socket still holds, whatever token it has now, and what its user hears now. Throws as
   * `authenticate` does.
   */
  recheck(view: View, user: LiveUser): Promise<LiveUser>
  /**
   * Resolve an on-demand topic (`call:55`) to its channel and a snapshot of what is there now.
   * Throws a fault: unknown and not allowed look the same. Undefined when the topic's kind is unknown.
   */
  resolve(view: View, user: LiveUser, topic: string): Promise<{ channel: string; snapshot: unknown } | undefined>
  /** The error envelope of REST, for frames and refused handshakes. */
  renderError(error: unknown): { status: number; headers: Readonly<Record<string, string>>; body: unknown }
}

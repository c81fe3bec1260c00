import type { EventType, StoredEvent } from './event.ts'
import type { HeardEvent } from './outbox.ts'
import type { Unit } from './unit.ts'

/**
 * Who hears events and does something about them. Three kinds:
 * a projection folds events into tables, exactly once, in the transaction that moves its cursor;
 * an effect talks to the world, at least once, and claims a row before it does;
 * a broadcast hands events on to sockets, at least once and in order.
 */
export type Consumer = Projection | Effect | Broadcast

/** Folds events into tables. */
export interface Projection {
  readonly kind: 'projection'
  readonly name: string
  readonly events: readonly string[]
  apply(unit: Unit, event: StoredEvent): Promise<void>
}

/** Hands every event on, with the channels it is heard on. */
export interface Broadcast {
  readonly kind: 'broadcast'
  readonly name: string
  /** `epoch` names the history that the events are of. */
  publish(events: readonly HeardEvent[], epoch: string): Promise<void>
}

/** Talks to the world. */
export interface Effect {
  readonly kind: 'effect'
  readonly name: string
  readonly events: readonly string[]
  /** Events with the same key are handled one after the other, others side by side. */
  key(event: StoredEvent): string
  handle(event: StoredEvent): Promise<void>
}

type Handler<Data, Result> = Result extends 'projection'
  ? (unit: Unit, event: StoredEvent<Data>) => Promise<void>
  : (event: StoredEvent<Data>) => Promise<void>

/** Declares what happens on an event, inside `defineProjection` or `defineEffect`. */
export type On<Kind> = <Data>(type: EventType<Data>, handler: Handler<Data, Kind>) => void

/** Declare a projection. Handlers see events in order and must only use their unit. */
export function defineProjection(name: string, declare: (on: On<'projection'>) => void): Projection {
  const handlers = new Map<string, (unit: Unit, event: StoredEvent) => Promise<void>>()
  declare((type, handler) => {
    handlers.set(type.name, (unit, event) => handler(unit, parsed(type, event)))
  })
  return {
    kind: 'projection',
    name,
    events: [...handlers.keys()],
    apply: async (unit, event) => handlers.get(event.name)?.(unit, event),
  }
}

/**
 * Declare an effect. A handler that throws is run again with the same event, after a pause that grows; it must
 * therefore claim what it does (see `order.ts`) and answer lasting failures itself.
 */
export function defineEffect(
  name: string,
  key: (event: StoredEvent) => string,
  declare: (on: On<'effect'>) => void,
): Effect {
  const handlers = new Map<string, (event: StoredEvent) => Promise<void>>()
  declare((type, handler) => {
    handlers.set(type.name, (event) => handler(parsed(type, event)))
  })
  return {
    kind: 'effect',
    name,
    events: [...handlers.keys()],
    key,
    handle: async (event) => handlers.get(event.name)?.(event),
  }
}

/** Read a field of an event's data as text, '' when it has none: the usual key of an effect. */
export function dataField(event: StoredEvent, field: string): string {
  const data = event.data
  return typeof data === 'object' && data !== null && field in data
    ? String((data as Record<string, unknown>)[field] ?? '')
    : ''
}

function parsed<Data>(type: EventType<Data>, event: StoredEvent): StoredEvent<Data> {
  return { ...event, data: type.schema.parse(event.data) }
}

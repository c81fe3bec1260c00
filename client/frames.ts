import type { Events, Snapshots, Topic } from './reference.ts'

/** The facts that come with every event. */
interface Told<Name extends keyof Events> {
  readonly event: Name
  readonly topic: Events[Name]['topic']
  /** When it happened, RFC 3339. */
  readonly at: string
  readonly data: Events[Name]['data']
}

/** An event as the socket tells it: `event` decides what `data` are. */
export type LiveEvent = {
  [Name in keyof Events]: Events[Name]['transient'] extends true
    ? Told<Name> & { readonly transient: true; readonly id?: undefined; readonly cursor?: undefined }
    : Told<Name> & { readonly transient?: undefined; readonly id: string; readonly cursor: string }
}[keyof Events]

/** A topic that is watched on demand: `call:55`. */
export type TopicOnDemand = keyof Snapshots & string
/** What may be watched. */
export type AnyTopic = Topic | TopicOnDemand
/** What a topic answers with when it is subscribed to; one's own topics have nothing to show. */
export type Snapshot<T extends AnyTopic> = T extends TopicOnDemand ? Snapshots[T] : Record<string, never>

/** Why the app's state must be read anew: `start` when there was no cursor to go on from. */
export type ResyncReason = 'start' | 'cursor_expired' | 'cursor_unknown' | 'too_much' | 'topics_changed'

/** The state must be read anew; what comes afterwards follows upon this cursor. */
export interface Resync {
  readonly reason: ResyncReason
  readonly cursor: string
}

/** What a server may say. Frames of other types are passed over. */
export type ServerFrame =
  | { readonly type: 'ready'; readonly heartbeat_seconds: number }
  | { readonly type: 'welcome'; readonly cursor: string; readonly topics: readonly Topic[] }
  | ({ readonly type: 'event' } & LiveEvent)
  | { readonly type: 'live'; readonly cursor: string }
  | { readonly type: 'subscribed'; readonly id: number; readonly topic: string; readonly snapshot: unknown }
  | { readonly type: 'unsubscribed'; readonly id?: number; readonly topic: string }
  | ({ readonly type: 'resync' } & Resync)
  | { readonly type: 'error'; readonly id?: number; readonly error: Refused }
  | { readonly type: 'pong' }
  | { readonly type: 'bye'; readonly retry_after_ms: number }

/** A refusal inside the socket. */
export interface Refused {
  readonly code: string
  readonly message: string
  readonly fields: Readonly<Record<string, string>>
}

/** What a client may say. */
export type ClientFrame =
  | { readonly type: 'auth'; readonly token: string }
  | { readonly type: 'hello'; readonly id: number; readonly cursor?: string; readonly topics?: readonly string[] }
  | { readonly type: 'subscribe' | 'unsubscribe'; readonly id: number; readonly topic: string }
  | { readonly type: 'ping' }

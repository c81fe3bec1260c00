import type { Close } from './closes.ts'

/**
 * How a text is sent: behind everything that was published to the socket before; at once, whatever still waits; or, for
 * what is not stored, only while the client keeps up.
 */
export type Manner = 'in order' | 'at once' | 'transient'

/** One client's socket as the rest of realtime sees it, whatever door it came through. */
export interface Socket {
  /** Where it came in, for the metrics. */
  readonly door: 'uws' | 'ws'
  /** Bytes that the client has not taken yet. */
  readonly buffered: number
  /** Send a text frame, in order unless said otherwise. After the close it does nothing. A client that is too slow is closed. */
  send(text: string, manner?: Manner): void
  /** Send a binary frame, in the same way. */
  sendBytes(bytes: Uint8Array): void
  /** Be told what the door publishes on a subject, straight from the door. */
  join(subject: string): void
  leave(subject: string): void
  /** Resolves when the client has taken most of what was sent, or is gone. */
  drained(): Promise<void>
  /** Say why and close. The first close counts. */
  close(close: Close): void
}

/** What a door tells the other side of a socket. */
export interface SocketHandler {
  /** A text frame, or undefined for a frame that is not text; then its bytes, which are only valid now. */
  received(text: string | undefined, bytes: Uint8Array): void
  /** The client sent more than a frame may hold. */
  receivedTooMuch(): void
  /** The socket is gone. Called once. */
  closed(code: number): void
}

/** A door's own fan-out: one text to all its sockets that have joined a subject. */
export interface FanOut {
  /** Transient texts are not stored: those who do not keep up go without. */
  publish(subject: string, text: string, isTransient: boolean): void
}

/** What both doors are bound by. Bytes, milliseconds. */
export interface SocketLimits {
  /** Bytes of a client's frame at most. */
  readonly frameBytes: number
  /** Bytes that may wait for a slow client before it is closed. What is transient it goes without much earlier. */
  readonly bufferedBytes: number
  /** How often a protocol ping goes out; routers cut a connection that was silent for 55 s. */
  readonly pingMs: number
  /** How long a client may take to answer a close before its connection is cut. */
  readonly closeWithinMs: number
}

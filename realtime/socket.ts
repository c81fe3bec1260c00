import type { Close } from './closes.ts'

/** One client's socket as the rest of realtime sees it, whatever door it came through. */
export interface Socket {
  /** Where it came in, for the metrics. */
  readonly door: 'uws' | 'ws'
  /** Bytes that the client has not taken yet. */
  readonly buffered: number
  /** Send a text frame. After the close it does nothing. A client that is too slow is closed instead. */
  send(text: string): void
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
  /** A text frame, or undefined for a frame that is not text. */
  received(text: string | undefined): void
  /** The client sent more than a frame may hold. */
  receivedTooMuch(): void
  /** The socket is gone. Called once. */
  closed(code: number): void
}

/** A door's own fan-out: one text to all its sockets that have joined a subject. */
export interface FanOut {
  publish(subject: string, text: string): void
}

/** What both doors are bound by. Bytes, milliseconds. */
export interface SocketLimits {
  /** Bytes of a client's frame at most. */
  readonly frameBytes: number
  /** Bytes that may wait for a slow client before it is closed. */
  readonly bufferedBytes: number
  /** How often a protocol ping goes out; routers cut a connection that was silent for 55 s. */
  readonly pingMs: number
  /** How long a client may take to answer a close before its connection is cut. */
  readonly closeWithinMs: number
}

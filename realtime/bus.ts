/** One frame on its way to everyone who listens to a subject. */
export interface Message {
  /** See `channels.ts`; the bus carries it on the subject's bus channel. */
  readonly subject: string
  /** The place of a stored event; empty for what is not stored: transient frames and control messages. */
  readonly cursor: string
  /** The frame, encoded once. */
  readonly text: string
}

/**
 * Between the process that reads the outbox and the processes that hold sockets. Messages of one publisher arrive in
 * the order in which they were published, or there is a gap, and the gap is told.
 */
export interface Bus {
  /** Resolves when all messages have been handed over, in order. Throws `Unavailable` when they cannot be: an earlier
   * one may have been then, a later one never before an earlier one. */
  publish(messages: readonly Message[]): Promise<void>
  /** Hear a bus channel; resolves when nothing published from then on is missed. */
  subscribe(busChannel: string): Promise<void>
  unsubscribe(busChannel: string): void
  /** Be given messages, also such as were not subscribed to. */
  onMessage(handler: (message: Message) => void): void
  /** Be told that messages may have been lost. */
  onGap(handler: () => void): void
  close(): Promise<void>
}

/** The bus of a single process: what is published has been heard when `publish` returns. */
export class LocalBus implements Bus {
  readonly #handlers = new Set<(message: Message) => void>()

  async publish(messages: readonly Message[]): Promise<void> {
    for (const message of messages) for (const handler of this.#handlers) handler(message)
  }

  async subscribe(): Promise<void> {}

  unsubscribe(): void {}

  onMessage(handler: (message: Message) => void): void {
    this.#handlers.add(handler)
  }

  /** Nothing is ever lost here. */
  onGap(): void {}

  async close(): Promise<void> {
    this.#handlers.clear()
  }
}

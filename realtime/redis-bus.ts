import { Redis } from 'ioredis'
import { Unavailable } from '#kit/fault'
import type { Log } from '#kit/log'
import type { Bus, Message } from './bus.ts'

/** Before every subject, so that other users of the same Redis are not disturbed. */
const PREFIX = 'kadoink '
/** A publish that has no answer by then counts as failed; the relay tries again. */
const ANSWER_WITHIN_MS = 3_000

/**
 * The bus between processes: Redis' plain publish and subscribe, one connection for each. Redis forgets what nobody
 * hears, so each return of the subscribing connection is a gap.
 */
export class RedisBus implements Bus {
  readonly #publisher: Redis
  readonly #subscriber: Redis
  readonly #onMessage = new Set<(message: Message) => void>()
  readonly #onGap = new Set<() => void>()
  readonly #subjects = new Set<string>()
  #hasBeenReady = false

  constructor(url: string, log: Log) {
    const warn = (error: Error): void => log.warn({ err: error.message }, 'realtime: redis is away')
    // An offline queue would publish old messages after newer ones were read back from the outbox.
    this.#publisher = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: ANSWER_WITHIN_MS,
      connectionName: 'kadoink-publisher',
    })
    this.#subscriber = new Redis(url, {
      autoResubscribe: false,
      maxRetriesPerRequest: null,
      enableOfflineQueue: false,
      connectionName: 'kadoink-subscriber',
    })
    this.#publisher.on('error', warn)
    this.#subscriber.on('error', warn)
    this.#subscriber.on('message', (channel, packed) => this.#hear(channel, packed))
    this.#subscriber.on('ready', () => void this.#resume().catch(warn))
  }

  async publish({ subject, cursor, text }: Message): Promise<void> {
    try {
      await this.#publisher.publish(PREFIX + subject, `${cursor} ${text}`)
    } catch (error) {
      throw Unavailable({ retryAfterSeconds: 1, details: { cause: String(error) } })
    }
  }

  /**
   * While Redis is away, a subject cannot be heard, and its listeners are not kept waiting: it is subscribed to when
   * Redis is back, and the gap that is told then covers what they missed.
   */
  async subscribe(subject: string): Promise<void> {
    this.#subjects.add(subject)
    if (this.#subscriber.status !== 'ready') return
    await this.#subscriber.subscribe(PREFIX + subject).catch(() => {})
  }

  unsubscribe(subject: string): void {
    this.#subjects.delete(subject)
    if (this.#subscriber.status !== 'ready') return
    this.#subscriber.unsubscribe(PREFIX + subject).catch(() => {})
  }

  onMessage(handler: (message: Message) => void): void {
    this.#onMessage.add(handler)
  }

  onGap(handler: () => void): void {
    this.#onGap.add(handler)
  }

  async close(): Promise<void> {
    this.#subscriber.disconnect()
    this.#publisher.disconnect()
  }

  async #resume(): Promise<void> {
    const channels = [...this.#subjects].map((subject) => PREFIX + subject)
    if (channels.length > 0) await this.#subscriber.subscribe(...channels)
    if (this.#hasBeenReady || channels.length > 0) for (const tell of this.#onGap) tell()
    this.#hasBeenReady = true
  }

  #hear(channel: string, packed: string): void {
    const space = packed.indexOf(' ')
    const message = {
      subject: channel.slice(PREFIX.length),
      cursor: packed.slice(0, space),
      text: packed.slice(space + 1),
    }
    for (const handler of this.#onMessage) handler(message)
  }
}

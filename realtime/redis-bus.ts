import { z } from 'zod'
import { Unavailable } from '#kit/fault'
import type { Log } from '#kit/log'
import { connectRedis, type Redis } from '#kit/redis'
import type { Bus, Message } from './bus.ts'
import { busChannelOf } from './channels.ts'

const MessageSchema = z.tuple([z.string(), z.string(), z.string()])

/** Before every channel, so that other users of the same Redis are not disturbed. */
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
  readonly #channels = new Set<string>()
  #hasBeenReady = false

  constructor(url: string, log: Log) {
    const warn = (error: Error): void => log.warn({ err: error.message }, 'realtime: redis is away')
    // Redis must not keep messages for later: old ones would come after newer ones that were read from the outbox.
    this.#publisher = connectRedis(url, 'kadoink-publisher', warn, { commandTimeout: ANSWER_WITHIN_MS })
    this.#subscriber = connectRedis(url, 'kadoink-subscriber', warn, {
      autoResubscribe: false,
      maxRetriesPerRequest: null,
    })
    this.#subscriber.on('message', (_channel, packed) => this.#hear(packed))
    this.#subscriber.on('ready', () => void this.#resume().catch(warn))
  }

  async publish({ subject, cursor, text }: Message): Promise<void> {
    try {
      await this.#publisher.publish(PREFIX + busChannelOf(subject), JSON.stringify([subject, cursor, text]))
    } catch (error) {
      throw Unavailable({ retryAfterSeconds: 1, details: { cause: String(error) } })
    }
  }

  /**
   * While Redis is away, a channel cannot be heard, and its listeners are not kept waiting: it is subscribed to when
   * Redis is back, and the gap that is told then covers what they missed.
   */
  async subscribe(busChannel: string): Promise<void> {
    this.#channels.add(busChannel)
    if (this.#subscriber.status !== 'ready') return
    await this.#subscriber.subscribe(PREFIX + busChannel).catch(() => {})
  }

  unsubscribe(busChannel: string): void {
    this.#channels.delete(busChannel)
    if (this.#subscriber.status !== 'ready') return
    this.#subscriber.unsubscribe(PREFIX + busChannel).catch(() => {})
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
    const channels = [...this.#channels].map((channel) => PREFIX + channel)
    if (channels.length > 0) await this.#subscriber.subscribe(...channels)
    if (this.#hasBeenReady || channels.length > 0) for (const tell of this.#onGap) tell()
    this.#hasBeenReady = true
  }

  #hear(packed: string): void {
    const [subject, cursor, text] = MessageSchema.parse(JSON.parse(packed))
    for (const handler of this.#onMessage) handler({ subject, cursor, text })
  }
}

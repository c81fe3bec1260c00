import { z } from 'zod'
import { Unavailable } from '#kit/fault'
import type { Log } from '#kit/log'
import { connectPubSub, type PubSub, type RedisPlace } from '#kit/redis'
import { Signal } from '#kit/signal'
import type { Bus, Message } from './bus.ts'
import { busChannelOf, surfaceOf } from './channels.ts'

const MessageSchema = z.tuple([z.string(), z.string(), z.string()])

const RETRY_MS = 250
/** Messages that are handed over in one go. */
const AT_ONCE = 100

/** The bus between processes: Redis' publish and subscribe. Each return of Redis is a gap. */
export class RedisBus implements Bus {
  readonly #redis: PubSub
  readonly #warn: (error: unknown) => void
  readonly #onMessage = new Set<(message: Message) => void>()
  readonly #onGap = new Set<() => void>()
  readonly #channels = new Set<string>()
  readonly #closed = new Signal()
  #isClosed = false
  #hasBeenReady = false
  /** Times that Redis has come back, and whether one of them is being dealt with. */
  #returns = 0
  #isResuming = false

  constructor(place: RedisPlace, log: Log) {
    this.#warn = (error) => log.warn({ err: String(error) }, 'realtime: redis is away')
    this.#redis = connectPubSub(place, 'kadoink', this.#warn)
    this.#redis.onText((packed) => this.#hear(packed))
    this.#redis.onReturn(() => this.#return())
  }

  async publish(messages: readonly Message[]): Promise<void> {
    const packed = messages.map(({ subject, cursor, text }): readonly [string, string] => [
      redisChannelOf(busChannelOf(subject)),
      JSON.stringify([subject, cursor, text]),
    ])
    try {
      for (let at = 0; at < packed.length; at += AT_ONCE) await this.#redis.publish(packed.slice(at, at + AT_ONCE))
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
    if (!this.#redis.isReady) return
    await this.#redis.subscribe([redisChannelOf(busChannel)]).catch(() => this.#return())
  }

  unsubscribe(busChannel: string): void {
    this.#channels.delete(busChannel)
    if (!this.#redis.isReady) return
    this.#redis.unsubscribe(redisChannelOf(busChannel)).catch(() => {})
  }

  onMessage(handler: (message: Message) => void): void {
    this.#onMessage.add(handler)
  }

  onGap(handler: () => void): void {
    this.#onGap.add(handler)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#closed.fire()
    this.#redis.close()
  }

  /** Redis is there again: hear everything again, and only then look for what was missed. */
  #return(): void {
    this.#returns++
    if (!this.#isResuming) void this.#resume()
  }

  async #resume(): Promise<void> {
    this.#isResuming = true
    for (let done = 0; done !== this.#returns && !this.#isClosed; ) {
      const now = this.#returns
      try {
        await this.#subscribeAll()
        done = now
      } catch (error) {
        this.#warn(error)
        // While it is away, its next return is waited for.
        if (!this.#redis.isReady) break
        await this.#closed.wait(RETRY_MS)
      }
    }
    this.#isResuming = false
  }

  async #subscribeAll(): Promise<void> {
    const bySurface = new Map<string, string[]>()
    for (const channel of this.#channels) {
      const known = bySurface.get(surfaceOf(channel))
      if (known) known.push(redisChannelOf(channel))
      else bySurface.set(surfaceOf(channel), [redisChannelOf(channel)])
    }
    for (const channels of bySurface.values()) await this.#redis.subscribe(channels)
    if (this.#hasBeenReady || bySurface.size > 0) for (const tell of this.#onGap) tell()
    this.#hasBeenReady = true
  }

  #hear(packed: string): void {
    const message = readMessage(packed)
    if (!message) {
      this.#warn('something on our channels is none of our messages')
      return
    }
    const [subject, cursor, text] = message
    for (const handler of this.#onMessage) handler({ subject, cursor, text })
  }
}

/**
 * A bus channel's name in Redis, apart from what others keep there. On a cluster, the braces bring all channels of a
 * surface to one node: what is published in order then arrives in order, which two nodes could not promise.
 */
function redisChannelOf(busChannel: string): string {
  const surface = surfaceOf(busChannel)
  return `{kadoink ${surface}}${busChannel.slice(surface.length)}`
}

/** What others publish on our channels is no message, whatever it is. */
function readMessage(packed: string): z.output<typeof MessageSchema> | null {
  try {
    return MessageSchema.parse(JSON.parse(packed))
  } catch {
    return null
  }
}

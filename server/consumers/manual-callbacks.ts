import { createHmac } from 'node:crypto'
import * as codes from '#domain/codes'
import type { EgressError, SafeFetch } from '#gateways/safe-fetch'
import { dataField, defineEffect, type Effect } from '#kit/consumer'
import type { Log } from '#kit/log'
import type { Database } from '#kit/unit'

/** What a teller needs. */
export interface TellerOptions {
  readonly database: Database
  readonly fetch: SafeFetch
  readonly log: Log
}

/** So many requests of ours are under way at once. */
const AT_ONCE = 20
/** Short enough that whoever tells something is done with it before others may. */
const TIMEOUT_MS = 10_000
/** Nothing in an answer concerns us but its status. */
const MOST_BYTES = 16 * 1024

/**
 * Tells projects what has become of their messages, as soon as it is known and again when it is due again. Any number of
 * workers may do so at once; what one of them was cut off from is told by another a minute later.
 */
export class Teller {
  readonly #options: TellerOptions
  readonly #open = new Set<Promise<void>>()
  #isStopped = false
  #looking: Promise<void> | null = null
  #isWanted = false

  constructor(options: TellerOptions) {
    this.#options = options
  }

  /** Tell all that is due by now; whoever asks while that goes on has it looked for once more. */
  async look(): Promise<void> {
    if (this.#isStopped) return
    this.#isWanted = true
    this.#looking ??= this.#tellAll()
    await this.#looking
  }

  /** Look without being waited for: what goes wrong is found again when it is looked for next. */
  wake(): void {
    this.look().catch((error: unknown) =>
      this.#options.log.warn({ err: String(error) }, 'callbacks: cannot be told now'),
    )
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#looking?.catch(() => {})
    await Promise.all(this.#open)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.idle()
  }

  async #tellAll(): Promise<void> {
    try {
      while (!this.#isStopped) {
        if (this.#isWanted) await this.#takeSome()
        else if (this.#open.size > 0) await Promise.race(this.#open)
        else return
      }
    } finally {
      this.#looking = null
    }
  }

  async #takeSome(): Promise<void> {
    this.#isWanted = false
    const room = AT_ONCE - this.#open.size
    const taken = await this.#options.database.write((unit) => codes.takeCallbacks(unit, room))
    for (const telling of taken) {
      const told = this.#tell(telling).finally(() => {
        this.#open.delete(told)
        // That makes room for the next, of the same project perhaps; those who answer slowly are not waited for.
        this.#isWanted = true
      })
      this.#open.add(told)
    }
  }

  async #tell(telling: codes.Telling): Promise<void> {
    const { database, fetch, log } = this.#options
    try {
      const tidings = await database.read((view) => codes.tidings(view, telling))
      if (!tidings) return await database.write((unit) => codes.dropCallback(unit, telling))
      const answer = await fetch(tidings.url, requestOf(telling, tidings)).then(
        ({ status }) => ({ status }),
        (error: unknown) => ({ error: reasonOf(error), isFinal: reasonOf(error) === 'refused' }),
      )
      await database.write((unit) => codes.answered(unit, telling, answer))
    } catch (error) {
      // The database is away: whoever looks next finds it still being told, and tells it again.
      log.warn({ err: String(error), message_id: telling.messageId }, 'callbacks: what came of one is not known')
    }
  }
}

/** What has become of a message is queued for whoever wants to know, and told at once. */
export function manualCallbacks(database: Database, teller: Teller): Effect {
  return defineEffect(
    'manual callbacks',
    (event) => dataField(event, 'message_id'),
    (on) => {
      on(codes.ManualMessageFinished, async ({ data }) => {
        await database.write((unit) => codes.queueCallback(unit, data.message_id))
        teller.wake()
      })
    },
  )
}

/**
 * The request: the message as `GET /manual/message/:id` shows it. `X-Callback-Id` is the same each time that a message is
 * told of; `X-Callback-Signature` is `t=<seconds>,v1=<hex>`, the HMAC-SHA256 of `<seconds>.<body>` with the project's
 * secret key.
 */
function requestOf({ messageId }: codes.Telling, { message, secret, at }: codes.Tidings): Parameters<SafeFetch>[1] {
  const { no: id, channel, status, error } = message
  const body = JSON.stringify({ id, channel, status, error })
  const seconds = Math.floor(at.getTime() / 1000)
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Callback-Id': messageId,
      'X-Callback-Signature': `t=${seconds},v1=${signature}`,
    },
    body,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MOST_BYTES,
  }
}

/** The gateway is met by its types alone: what it throws is known by its field. */
function reasonOf(error: unknown): EgressError['reason'] {
  return error instanceof Error && 'reason' in error ? (error as EgressError).reason : 'failed'
}

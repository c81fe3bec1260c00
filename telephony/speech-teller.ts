import * as calls from '#domain/calls'
import type { Log } from '#kit/log'
import type { Database } from '#kit/unit'

/** What telling needs. */
export interface SpeechTellerOptions {
  readonly database: Database
  readonly log: Log
  readonly tell: (speakers: calls.Speakers) => Promise<void>
}

/** How long to wait when it was told just now; at most twice a second is. */
const AGAIN_MS = 500

/**
 * Tells who speaks on calls, to whoever listens at that moment: what is lost here is overtaken by the next word. All of
 * a call's speakers are told each time, so leaving steps out leaves nobody speaking for ever.
 */
export class SpeechTeller {
  readonly #options: SpeechTellerOptions
  readonly #waiting = new Map<string, NodeJS.Timeout>()
  #isStopped = false

  constructor(options: SpeechTellerOptions) {
    this.#options = options
  }

  /** Somebody has begun or stopped to speak on a call: tell it, now or as soon as it may be told. */
  changed(callId: string): void {
    if (this.#isStopped || this.#waiting.has(callId)) return
    void this.#tell(callId).catch((error: unknown) => {
      this.#options.log.warn({ err: String(error) }, 'speech: who speaks was not told')
    })
  }

  stop(): void {
    this.#isStopped = true
    for (const timer of this.#waiting.values()) clearTimeout(timer)
    this.#waiting.clear()
  }

  async #tell(callId: string): Promise<void> {
    const { database, tell } = this.#options
    const speakers = await database.write((unit) => calls.speakersToTell(unit, callId))
    if (speakers === 'later') this.#wait(callId)
    else if (speakers) await tell(speakers)
  }

  #wait(callId: string): void {
    if (this.#isStopped || this.#waiting.has(callId)) return
    const timer = setTimeout(() => {
      this.#waiting.delete(callId)
      this.changed(callId)
    }, AGAIN_MS)
    this.#waiting.set(callId, timer.unref())
  }
}

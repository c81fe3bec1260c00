import type { LiveSurface } from '#kit/live'
import type { Log } from '#kit/log'
import type { Message } from './bus.ts'
import { parseSubject } from './channels.ts'
import type { History } from './history.ts'
import type { Hub } from './hub.ts'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

/** What the recovery needs. */
export interface RecoveryOptions {
  readonly hub: Hub
  readonly surfaces: readonly LiveSurface[]
  readonly history: (surface: LiveSurface) => History
  readonly log: Log
  /** Called when what was lost cannot be told any more: the surface's sockets must reconnect and resume. */
  onLost(surface: LiveSurface): void
}

/** After the bus may have lost messages: reads what was said meanwhile, once for the whole process, and tells it. */
export class Recovery {
  readonly #options: RecoveryOptions
  #running: Promise<void> | undefined
  #isAgain = false
  #isStopped = false

  constructor(options: RecoveryOptions) {
    this.#options = options
  }

  /** There may be a gap. */
  start(): void {
    if (this.#running) {
      this.#isAgain = true
      return
    }
    this.#running = this.#run().finally(() => {
      this.#running = undefined
      if (this.#isAgain && !this.#isStopped) {
        this.#isAgain = false
        this.start()
      }
    })
  }

  /** Stop trying. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running
  }

  async #run(): Promise<void> {
    const { hub, surfaces, log } = this.#options
    hub.pause()
    const messages: Message[] = []
    for (const surface of surfaces) {
      for (let pauseMs = FIRST_PAUSE_MS; !this.#isStopped; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
        try {
          messages.push(...(await this.#read(surface)))
          break
        } catch (error) {
          log.warn({ err: String(error), surface: surface.name }, 'realtime: what was lost cannot be read yet')
          await new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
        }
      }
    }
    hub.resume(messages)
  }

  async #read(surface: LiveSurface): Promise<readonly Message[]> {
    const { hub, history } = this.#options
    const subjects = new Set<string>()
    const channels = new Set<string>()
    for (const name of hub.subjects) {
      const subject = parseSubject(name)
      if (subject.surface !== surface.name) continue
      subjects.add(name)
      channels.add(subject.channel)
    }
    const known = hub.knownUntil(surface.name)
    // Whoever has not begun yet reads the past after this.
    if (subjects.size === 0 || known === '') return []
    const found = await history(surface).since(known, { channels: [...channels], subjects })
    if (!found) this.#options.onLost(surface)
    return found?.messages ?? []
  }
}

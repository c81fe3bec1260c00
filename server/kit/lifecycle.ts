import type { Log } from './log.ts'

/** A part of the process with a lifetime. Parts start in the order they are added and stop in reverse. */
export interface Part {
  readonly name: string
  stop(): Promise<void>
}

/** A stop is over in 25 s, before the platform kills the process (Heroku: 30 s after SIGTERM), though parts hang. */
const STOP_WITHIN_MS = 20_000
/** What each part has at least, when others before it have used up the time. */
const LEAST_MS = 500

/** Stops the parts of a process once, in reverse order, however often it is asked to. */
export class Lifecycle {
  readonly #log: Log
  readonly #stopWithinMs: number
  readonly #parts: Part[] = []
  #stopping: Promise<void> | undefined

  constructor(log: Log, stopWithinMs = STOP_WITHIN_MS) {
    this.#log = log
    this.#stopWithinMs = stopWithinMs
  }

  /** Whether the process has been asked to stop; `/ready` says no from then on. */
  get isStopping(): boolean {
    return this.#stopping !== undefined
  }

  add(name: string, stop: () => Promise<void>): void {
    this.#parts.push({ name, stop })
  }

  /** Stop everything. A part that fails or hangs does not keep the others. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  /** Stop at SIGTERM and SIGINT, then exit with 0. Further signals change nothing. */
  onSignals(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (this.isStopping) return
        this.#log.info({ signal }, 'stopping')
        void this.stop().then(() => process.exit(0))
      })
    }
  }

  async #stopAll(): Promise<void> {
    const deadline = Date.now() + this.#stopWithinMs
    for (const part of this.#parts.reverse()) {
      const left = Math.max(LEAST_MS, deadline - Date.now())
      const began = performance.now()
      try {
        await withDeadline(part.stop(), left)
        this.#log.debug({ part: part.name, ms: Math.round(performance.now() - began) }, 'stopped')
      } catch (error) {
        this.#log.error({ err: error, part: part.name }, 'a part did not stop cleanly')
      }
    }
  }
}

/** Wait for work at most so long. Rejects with an `Error` when the time is over. */
export async function withDeadline<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not finished after ${ms} ms.`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

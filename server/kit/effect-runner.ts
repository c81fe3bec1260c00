import type { Effect } from './consumer.ts'
import type { Position, StoredEvent } from './event.ts'
import { Fault } from './fault.ts'
import type { Log } from './log.ts'
import type { Signal } from './signal.ts'

/** So many events may be under way at once; beyond that, reading waits. */
const MOST_OPEN = 1_000

/** What a runner needs of the relay that feeds it. */
export interface RunnerOptions {
  readonly effect: Effect
  readonly log: Log
  /** Where the effect was when it was last heard of. */
  readonly from: Position
  readonly parkAfter: number
  readonly pauseMs: (failures: number) => number
  /** Whether events may still be handled; `halt` fires when not. */
  readonly isLeading: () => boolean
  readonly halt: Signal
  /** Everything at or before a position is done with: the place to begin at after a crash. */
  readonly save: (done: Position) => Promise<void>
  readonly park: (event: StoredEvent, error: unknown) => Promise<void>
  readonly onProgress: () => void
}

interface Open {
  readonly event: StoredEvent
  isDone: boolean
}

/**
 * Handles one effect's events: those with the same key one after the other, others side by side. An event that must be
 * tried again holds up nothing but its own lane; the saved position waits for it, so it is never forgotten.
 */
export class EffectRunner {
  readonly #options: RunnerOptions
  readonly #lanes = new Map<string, Promise<void>>()
  readonly #open: Open[] = []
  #readTo: Position
  #passed: Position
  #saving: Promise<void> | undefined
  #hasUnsaved = false

  constructor(options: RunnerOptions) {
    this.#options = options
    this.#readTo = options.from
    this.#passed = options.from
  }

  /** Where reading goes on. */
  get readTo(): Position {
    return this.#readTo
  }

  /** Everything at or before this is done with. */
  get done(): Position {
    return this.#open.length === 0 ? this.#readTo : this.#passed
  }

  /** Whether no more events should be read for now. */
  get isFull(): boolean {
    return this.#open.length >= MOST_OPEN
  }

  /** Take on a stretch of events that reaches to a position. */
  take(events: readonly StoredEvent[], reached: Position): void {
    for (const event of events) {
      const open = { event, isDone: false }
      this.#open.push(open)
      this.#enqueue(this.#options.effect.key(event), () => this.#perform(open))
    }
    this.#readTo = reached
  }

  /** Wait for what is under way: it is finished, or given back. */
  async drain(): Promise<void> {
    await Promise.all(this.#lanes.values())
    await this.#saving
  }

  #enqueue(lane: string, task: () => Promise<void>): void {
    const tail = (this.#lanes.get(lane) ?? Promise.resolve()).then(task)
    this.#lanes.set(lane, tail)
    void tail.then(() => {
      if (this.#lanes.get(lane) === tail) this.#lanes.delete(lane)
    })
  }

  async #perform(open: Open): Promise<void> {
    for (let failures = 0; this.#options.isLeading(); ) {
      if (await this.#attempt(open.event, failures + 1)) {
        open.isDone = true
        this.#advance()
        return
      }
      failures++
      // `halt` may have fired while the event was being handled; nobody waits for it then.
      if (this.#options.isLeading()) await this.#options.halt.wait(this.#options.pauseMs(failures))
    }
  }

  /** Whether the event is done with: handled, or parked after too many failures. */
  async #attempt(event: StoredEvent, attempt: number): Promise<boolean> {
    const { effect, log, parkAfter, park } = this.#options
    try {
      await effect.handle(event)
      return true
    } catch (error) {
      const isAway = error instanceof Fault && error.type.kind === 'unavailable'
      const facts = { err: error, effect: effect.name, event: event.name, event_id: event.id, attempt }
      log.error(facts, 'relay: an effect failed')
      if (isAway || attempt < parkAfter) return false
      return park(event, error).then(
        () => true,
        () => false,
      )
    }
  }

  #advance(): void {
    for (let first = this.#open[0]; first?.isDone; first = this.#open[0]) {
      this.#passed = first.event.position
      this.#open.shift()
    }
    this.#hasUnsaved = true
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined
    })
    this.#options.onProgress()
  }

  /** Save the position, once more when it has moved meanwhile. A position that was not saved is only read again. */
  async #save(): Promise<void> {
    while (this.#hasUnsaved) {
      this.#hasUnsaved = false
      await this.#options.save(this.done).catch((error: unknown) => {
        this.#options.log.warn(
          { err: String(error), effect: this.#options.effect.name },
          'relay: a position was not saved',
        )
      })
    }
  }
}

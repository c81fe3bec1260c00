import type { VirtualClock } from './clock.ts'

/** One thing that happened to a call. */
export interface TimelineEntry {
  /** ISO 8601, by the simulator's clock. */
  readonly at: string
  /** For example `created`, `ringing`, `answered`, `fetch`, `say`, `digits`, `join`, `leave`, `callback`, `completed`. */
  readonly what: string
  readonly detail: Readonly<Record<string, string>>
}

/** Who is told at once, line by line. */
interface Listeners {
  readonly log: ((line: string) => void) | null
  readonly onViolation: ((breach: string) => void) | null
}

/** What happened to each call, and each breach of Twilio's rules that the application committed. */
export class Journal {
  private readonly clock: VirtualClock
  private readonly listeners: Listeners
  private readonly entries = new Map<string, TimelineEntry[]>()
  private breaches: string[] = []

  constructor(clock: VirtualClock, listeners: Listeners) {
    this.clock = clock
    this.listeners = listeners
  }

  note(sid: string, what: string, detail: Readonly<Record<string, string>> = {}): void {
    const entries = this.entries.get(sid) ?? []
    this.entries.set(sid, entries)
    entries.push({ at: this.clock.now().toISOString(), what, detail })
    this.listeners.log?.(`${sid} ${what} ${JSON.stringify(detail)}`)
  }

  /** Keep a breach; tests fail when there is one they did not expect. Starts with Twilio's error number, if it has one. */
  violation(breach: string): void {
    this.breaches.push(breach)
    this.listeners.log?.(`violation: ${breach}`)
    this.listeners.onViolation?.(breach)
  }

  timeline(sid: string): readonly TimelineEntry[] {
    return [...(this.entries.get(sid) ?? [])]
  }

  violations(): readonly string[] {
    return [...this.breaches]
  }

  clear(): void {
    this.entries.clear()
    this.breaches = []
  }
}

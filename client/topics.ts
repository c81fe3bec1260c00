import { KadoinkError } from './errors.ts'
import type { AnyTopic, ClientFrame, Refused, Snapshot } from './frames.ts'
import type { Topic } from './reference.ts'

/** What somebody who watches a topic on demand is told, beside its events. */
export interface WatchOptions<T extends AnyTopic> {
  /** What is there, at first and after every reconnect: what happened in between is in it. */
  readonly onSnapshot?: (snapshot: Snapshot<T>) => unknown
  /** It may not be watched any more, or is not there any more. */
  readonly onGone?: () => unknown
}

interface Watch {
  readonly options: WatchOptions<AnyTopic>
  readonly first: Waiting<unknown>
}

interface Waiting<What> {
  resolve(what: What): void
  reject(error: unknown): void
}

/** Tells the app something in its turn. */
type Also = (run: () => unknown) => void

/** What is watched, over all connections: one's own topics are named in the hello, the others asked for after it. */
export class Topics {
  readonly #also: Also
  readonly #watches = new Map<string, Watch>()
  /** What each question on this connection is about. */
  readonly #asked = new Map<number, { readonly topic: string; readonly leaving?: Waiting<void> }>()
  /** One's own; null is all. */
  #own: Set<string> | null
  /** The own topics that were watched when the connection began. */
  #welcomed: readonly string[] = []
  #id = 0
  /** Says something on the present connection; undefined while there is none that has been welcomed. */
  #say: ((frame: ClientFrame) => void) | undefined

  constructor(own: readonly Topic[] | undefined, also: Also) {
    this.#own = own ? new Set(own) : null
    this.#also = also
  }

  /** The own topics that a hello names; undefined for all. */
  get own(): readonly string[] | undefined {
    return this.#own ? [...this.#own] : undefined
  }

  /** Watch a topic, now or as soon as there is a connection. */
  subscribe<T extends AnyTopic>(topic: T, options: WatchOptions<T>): Promise<Snapshot<T>> {
    return new Promise((resolve, reject) => {
      const first = { resolve, reject } as Waiting<unknown>
      this.#watches.get(topic)?.first.reject(new Error(`${topic} is asked for again.`))
      this.#watches.set(topic, { options: options as WatchOptions<AnyTopic>, first })
      this.#ask(topic)
    })
  }

  /** Stop watching a topic. */
  unsubscribe(topic: AnyTopic): Promise<void> {
    this.#watches.get(topic)?.first.reject(new Error(`${topic} is not watched any more.`))
    this.#watches.delete(topic)
    if (isOwn(topic)) {
      this.#own ??= new Set(this.#welcomed)
      this.#own.delete(topic)
    }
    const say = this.#say
    if (!say) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const id = ++this.#id
      this.#asked.set(id, { topic, leaving: { resolve, reject } })
      say({ type: 'unsubscribe', id, topic })
    })
  }

  /** A connection has been welcomed: ask for what was watched. */
  welcome(own: readonly string[], say: (frame: ClientFrame) => void): void {
    this.#welcomed = own
    this.#say = say
    for (const topic of this.#watches.keys()) this.#ask(topic)
  }

  /** The connection is gone, and with it what was asked on it. What was to be left is left. */
  lost(): void {
    this.#say = undefined
    for (const { leaving } of this.#asked.values()) leaving?.resolve()
    this.#asked.clear()
  }

  /** No connection will come any more. */
  stop(error: Error): void {
    this.lost()
    for (const { first } of this.#watches.values()) first.reject(error)
    this.#watches.clear()
  }

  subscribed(id: number, topic: string, snapshot: unknown): void {
    this.#asked.delete(id)
    const watch = this.#watches.get(topic)
    if (isOwn(topic)) {
      // It is in the hello from now on, which replays what is missed.
      this.#own?.add(topic)
      this.#watches.delete(topic)
    }
    this.#also(() => {
      watch?.first.resolve(snapshot)
      return watch?.options.onSnapshot?.(snapshot as Snapshot<AnyTopic>)
    })
  }

  unsubscribed(id: number | undefined, topic: string): void {
    const asked = id === undefined ? undefined : this.#asked.get(id)
    if (id !== undefined) this.#asked.delete(id)
    if (asked?.leaving) asked.leaving.resolve()
    else this.#gone(topic, new Error(`${topic} may not be watched any more.`))
  }

  /** A question was answered with no. False when it was none of ours. */
  refused(id: number | undefined, refused: Refused): boolean {
    const asked = id === undefined ? undefined : this.#asked.get(id)
    if (id === undefined || !asked) return false
    this.#asked.delete(id)
    // To leave what is not watched is no failure.
    if (asked.leaving) asked.leaving.resolve()
    else this.#gone(asked.topic, new KadoinkError(refused, { status: 0 }))
    return true
  }

  #gone(topic: string, error: Error): void {
    const watch = this.#watches.get(topic)
    this.#watches.delete(topic)
    this.#also(() => {
      watch?.first.reject(error)
      return watch?.options.onGone?.()
    })
  }

  #ask(topic: string): void {
    if (!this.#say) return
    const id = ++this.#id
    this.#asked.set(id, { topic })
    this.#say({ type: 'subscribe', id, topic })
  }
}

/** Topics on demand are of something: `call:55`. */
function isOwn(topic: string): boolean {
  return !topic.includes(':')
}

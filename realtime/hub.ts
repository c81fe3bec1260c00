import type { Message } from './bus.ts'
import { busChannelOf, isInternal, surfaceOf, wholeOf } from './channels.ts'
import { isPast, sameEpoch } from './cursor.ts'
import type { FanOut } from './socket.ts'

/** Someone who wants to hear subjects: a connection's feed. */
export interface Listener {
  /** A message on a subject that the listener watches, while it stands aside. */
  hear(subject: string, message: Message): void
}

/** Where the hub gets its messages from. */
export interface Source {
  subscribe(busChannel: string): Promise<void>
  unsubscribe(busChannel: string): void
}

/** Those who listen to one subject. */
interface Room {
  /** Listeners who are told one by one, because some messages are not for them, or not yet. */
  readonly aside: Set<Listener>
  /** How many listeners are told by their door. */
  inside: number
}

/** A channel that is heard for the rooms on it. */
interface Tuned {
  /** Settles when the bus delivers the channel. */
  readonly opened: Promise<void>
  rooms: number
}

/**
 * Who of this process listens to which subject. Most listeners are *inside*: their door tells them all at once.
 * A listener who must hold or skip messages stands *aside*.
 *
 * A surface's messages arrive in the order of the outbox, sometimes again (the relay repeats a batch that failed, and
 * two relays may lead for a moment). What lies at or before the furthest message is therefore a repetition, and is
 * not passed on; so those who listen hear each message once, in order.
 */
export class Hub {
  readonly #source: Source
  readonly #onOtherEpoch: (surface: string) => void
  readonly #rooms = new Map<string, Room>()
  readonly #tuned = new Map<string, Tuned>()
  readonly #marks = new Map<string, string>()
  readonly #beginnings = new Map<string, string>()
  readonly #fanOuts: FanOut[] = []
  #kept: Message[] | undefined

  /** `onOtherEpoch` is told when a surface's messages are of another epoch than those before: nothing follows from them. */
  constructor(source: Source, onOtherEpoch: (surface: string) => void) {
    this.#source = source
    this.#onOtherEpoch = onOtherEpoch
  }

  /** Add a door. */
  addFanOut(fanOut: FanOut): void {
    this.#fanOuts.push(fanOut)
  }

  /** Begin to listen, aside. Resolves when nothing published from then on is missed. */
  async watch(listener: Listener, subject: string): Promise<void> {
    const room = this.#rooms.get(subject)
    if (room) room.aside.add(listener)
    else this.#rooms.set(subject, { aside: new Set([listener]), inside: 0 })
    const channel = busChannelOf(subject)
    let tuned = this.#tuned.get(channel)
    if (!tuned) {
      tuned = { opened: this.#source.subscribe(channel), rooms: 0 }
      this.#tuned.set(channel, tuned)
    }
    if (!room) tuned.rooms++
    await tuned.opened
  }

  /** Stop listening aside: the listener's door tells it from now on. */
  stepIn(listener: Listener, subject: string): void {
    const room = this.#rooms.get(subject)
    if (room?.aside.delete(listener)) room.inside++
  }

  /** Be told one by one again; the door no longer tells it. */
  stepAside(listener: Listener, subject: string): void {
    const room = this.#rooms.get(subject)
    if (!room || room.aside.has(listener)) return
    room.inside--
    room.aside.add(listener)
  }

  /** Stop listening. */
  leave(listener: Listener, subject: string): void {
    const room = this.#rooms.get(subject)
    if (!room) return
    if (!room.aside.delete(listener)) room.inside--
    if (room.inside > 0 || room.aside.size > 0) return
    this.#rooms.delete(subject)
    this.#tuneOut(busChannelOf(subject))
  }

  /** Keep what comes until `resume`, while what was lost before it is looked for. */
  pause(): void {
    this.#kept ??= []
  }

  /** Pass on what was found, and what came meanwhile, in order. */
  resume(found: readonly Message[]): void {
    const messages = [...found, ...(this.#kept ?? [])]
    this.#kept = undefined
    for (const message of messages.sort((a, b) => (a.cursor < b.cursor ? -1 : 1))) this.deliver(message)
  }

  /** Pass a message on, unless it is a repetition. */
  deliver(message: Message): void {
    const { subject, cursor } = message
    if (this.#kept) {
      // What is not stored is worth nothing later.
      if (cursor !== '') this.#kept.push(message)
      return
    }
    if (cursor !== '' && !this.#advance(surfaceOf(subject), cursor)) return
    this.#tell(subject, message)
    if (!isInternal(subject)) this.#tell(wholeOf(subject), message)
  }

  /** How far a surface's messages have come; empty before the first. */
  mark(surface: string): string {
    return this.#marks.get(surface) ?? ''
  }

  /** Somebody has been told of the past up to here: what lies behind it may be missed from now on. */
  begin(surface: string, cursor: string): void {
    const earliest = this.#beginnings.get(surface)
    if (!this.#marks.has(surface) && (earliest === undefined || cursor < earliest)) {
      this.#beginnings.set(surface, cursor)
    }
  }

  /**
   * Up to where nobody who listens can have missed anything of a surface: its furthest message, or, before the first,
   * where the first listener began. Empty while nobody has begun.
   */
  knownUntil(surface: string): string {
    return this.#marks.get(surface) ?? this.#beginnings.get(surface) ?? ''
  }

  /** The subjects that somebody listens to. */
  get subjects(): IterableIterator<string> {
    return this.#rooms.keys()
  }

  #tell(subject: string, message: Message): void {
    const room = this.#rooms.get(subject)
    if (!room) return
    if (room.inside > 0)
      for (const fanOut of this.#fanOuts) fanOut.publish(subject, message.text, message.cursor === '')
    for (const listener of [...room.aside]) listener.hear(subject, message)
  }

  #advance(surface: string, cursor: string): boolean {
    if (isPast(cursor, this.mark(surface))) return false
    const known = this.knownUntil(surface)
    this.#marks.set(surface, cursor)
    if (known !== '' && !sameEpoch(cursor, known)) this.#onOtherEpoch(surface)
    return true
  }

  #tuneOut(channel: string): void {
    const tuned = this.#tuned.get(channel)
    if (!tuned || --tuned.rooms > 0) return
    this.#tuned.delete(channel)
    this.#source.unsubscribe(channel)
  }
}

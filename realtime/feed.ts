import type { Message } from './bus.ts'
import { surfaceOf } from './channels.ts'
import { isPast } from './cursor.ts'
import type { Hub, Listener } from './hub.ts'
import type { Socket } from './socket.ts'

/** Letters that may be held back for a client while it is told of the past. */
const HELD_AT_MOST = 1_048_576

/** A message that waits; without a subject, it is told whatever the floors say. */
interface Held {
  readonly subject?: string
  readonly message: Message
}

/**
 * What one connection hears, in one order over all its subjects. While the past is read and told, the present is held
 * back; afterwards it follows, without what the past already told. When the hub has come past everything that was
 * told from history, the feed steps inside and the door does the rest.
 */
export class Feed implements Listener {
  readonly #hub: Hub
  readonly #socket: Socket
  /** Per subject, up to where it has been told already or is not asked for. */
  readonly #floors = new Map<string, string>()
  readonly #held: Held[] = []
  #heldLetters = 0
  #holds = 0
  #isInside = false
  #isClosed = false

  constructor(hub: Hub, socket: Socket) {
    this.#hub = hub
    this.#socket = socket
  }

  /** The subjects that are heard. */
  subjects(): Set<string> {
    return new Set(this.#floors.keys())
  }

  /** Up to where a subject has been told; undefined when it is not heard. */
  floorOf(subject: string): string | undefined {
    return this.#floors.get(subject)
  }

  /** Up to where history has told anything; empty when it has told nothing. */
  furthestFloor(): string {
    return [...this.#floors.values()].reduce((furthest, floor) => (floor > furthest ? floor : furthest), '')
  }

  /** Hold back what comes, until each hold has been released. */
  hold(): void {
    this.#holds++
    if (!this.#isInside) return
    this.#isInside = false
    for (const subject of this.#floors.keys()) {
      this.#socket.leave(subject)
      this.#hub.stepAside(this, subject)
    }
  }

  /** Begin to hear subjects, while holding. Resolves when nothing published from then on is missed. */
  async watch(subjects: Iterable<string>): Promise<void> {
    const opened: Promise<void>[] = []
    for (const subject of subjects) {
      if (this.#isClosed || this.#floors.has(subject)) continue
      this.#floors.set(subject, '')
      opened.push(this.#hub.watch(this, subject))
    }
    await Promise.all(opened)
  }

  /** What was said on a subject up to here has been told from history, or is not asked for. */
  setFloor(subject: string, cursor: string): void {
    if (!this.#floors.has(subject)) return
    this.#floors.set(subject, cursor)
    if (cursor !== '') this.#hub.begin(surfaceOf(subject), cursor)
  }

  /** Stop hearing a subject. */
  leave(subject: string): void {
    if (!this.#floors.delete(subject)) return
    if (this.#isInside) this.#socket.leave(subject)
    this.#hub.leave(this, subject)
  }

  /**
   * What is held back up to here is told or not by the floors as they are now: they are about to be raised for what was
   * read from history behind it.
   */
  decide(until: string): void {
    for (const held of this.#held.splice(0)) {
      const { subject, message } = held
      if (subject === undefined || !isPast(message.cursor, until)) this.#held.push(held)
      else if (this.#isDue(subject, message.cursor)) this.#held.push({ message })
    }
  }

  /** Put what was read from history among what is held back, whatever the floors say. */
  insert(messages: readonly Message[]): void {
    for (const message of messages) this.#keep({ message })
  }

  /** Let go of what was held back, and of what comes. False when more came than could be held. */
  release(): boolean {
    if (--this.#holds > 0) return true
    const held = this.#held.splice(0).sort((a, b) => (a.message.cursor < b.message.cursor ? -1 : 1))
    const isWhole = this.#heldLetters <= HELD_AT_MOST
    this.#heldLetters = 0
    if (!isWhole) return false
    let told = ''
    for (const { subject, message } of held) {
      // Read from history and heard as well: told once.
      if (message.cursor === told) continue
      if (subject === undefined) this.#socket.send(message.text)
      if (subject === undefined || this.#tell(subject, message)) told = message.cursor
    }
    const [subject] = this.#floors.keys()
    if (subject !== undefined) this.#stepInPast(this.#hub.mark(surfaceOf(subject)))
    return true
  }

  hear(subject: string, message: Message): void {
    if (this.#holds > 0) {
      // What is not stored is worth nothing later.
      if (message.cursor !== '') this.#keep({ subject, message })
      return
    }
    this.#tell(subject, message)
    if (message.cursor !== '') this.#stepInPast(message.cursor)
  }

  /** Stop hearing anything. */
  close(): void {
    this.#isClosed = true
    for (const subject of this.#floors.keys()) {
      if (this.#isInside) this.#socket.leave(subject)
      this.#hub.leave(this, subject)
    }
    this.#floors.clear()
    this.#held.length = 0
  }

  #keep(held: Held): void {
    this.#heldLetters += held.message.text.length
    if (this.#heldLetters <= HELD_AT_MOST) this.#held.push(held)
  }

  /** Send a message if it lies beyond its subject's floor. */
  #tell(subject: string, { cursor, text }: Message): boolean {
    const isDue = this.#isDue(subject, cursor)
    if (isDue) this.#socket.send(text, cursor === '' ? 'transient' : 'in order')
    return isDue
  }

  #isDue(subject: string, cursor: string): boolean {
    const floor = this.#floors.get(subject)
    return floor !== undefined && (cursor === '' || !isPast(cursor, floor))
  }

  /** Step inside when nothing at or before a floor can come any more. */
  #stepInPast(mark: string): void {
    if (this.#isInside || this.#isClosed) return
    for (const floor of this.#floors.values()) if (!isPast(floor, mark)) return
    this.#isInside = true
    for (const subject of this.#floors.keys()) {
      this.#hub.stepIn(this, subject)
      this.#socket.join(subject)
    }
  }
}

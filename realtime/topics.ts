import { Fault, NotFound, Unauthorized, ValidationFailed } from '#kit/fault'
import type { LiveSurface, LiveUser } from '#kit/live'
import type { Database } from '#kit/unit'
import { busChannelOf, EVERY_TOPIC, parseSubject, subjectOf } from './channels.ts'
import { isPast } from './cursor.ts'
import type { Feed } from './feed.ts'
import {
  type FrameId,
  NotAllowed,
  type ResyncReason,
  type ServerFrame,
  TooManyTopics,
  TopicUnknown,
  writeFrame,
} from './frames.ts'
import type { History, Missed } from './history.ts'
import type { Socket } from './socket.ts'

/** What a connection's topics need. */
export interface TopicsOptions {
  readonly surface: LiveSurface
  readonly database: Database
  readonly history: History
  readonly feed: Feed
  readonly socket: Socket
  /** Topics on demand at most. */
  readonly onDemandAtMost: number
  /** Bytes that may wait for the client before the replay pauses. */
  readonly paceBytes: number
  /** Called when a client has come back with a cursor. */
  readonly onResumed: (outcome: 'whole' | ResyncReason) => void
}

/** What one connection watches: its own topics since hello, and those it asks for. */
export class Topics {
  readonly #options: TopicsOptions
  readonly #own = new Set<string>()
  /** Topics on demand, each with its channel. */
  readonly #onDemand = new Map<string, string>()
  #wantsAll = false
  #hasSaidHello = false

  constructor(options: TopicsOptions) {
    this.#options = options
  }

  get hasSaidHello(): boolean {
    return this.#hasSaidHello
  }

  /**
   * Watch own topics: everything since the cursor, then what comes. Throws a fault about the topics. False when the
   * client did not keep up.
   *
   * Listening begins before the past is read, and what comes is held back until the past is told, so that nothing
   * falls between the two.
   */
  async hello(user: LiveUser, { id, cursor: since, topics: wanted }: Hello): Promise<boolean> {
    const { feed, socket } = this.#options
    const topics = this.#chooseOwn(user, wanted)
    this.#hasSaidHello = true
    this.#wantsAll = wanted === null || wanted === undefined
    for (const topic of topics) this.#own.add(topic)
    const subjects = this.#subjects(user)

    feed.hold()
    await feed.watch(subjects)
    const missed = await this.#missed(user, since, subjects)
    const { cursor } = missed
    for (const subject of subjects) feed.setFloor(subject, cursor)

    if (since !== null && since !== undefined) {
      this.#options.onResumed(missed.kind === 'frames' ? 'whole' : missed.reason)
    }

    const messages = missed.kind === 'frames' ? missed.messages : []
    const from = missed.kind === 'frames' ? (since ?? cursor) : cursor
    this.#send({ type: 'welcome', id, cursor: from, replay: messages.length, topics })
    if (missed.kind === 'gap') this.#send({ type: 'resync', reason: missed.reason, cursor })
    for (const { text } of messages) {
      if (socket.buffered > this.#options.paceBytes) await socket.drained()
      socket.send(text)
    }
    this.#send({ type: 'live', cursor })
    return feed.release()
  }

  /** Watch one more topic from now on, with what is there now. Throws a fault. False as in `hello`. */
  async subscribe(user: LiveUser, id: FrameId | undefined, topic: string): Promise<boolean> {
    this.#requireHello()
    const { feed, history, surface } = this.#options
    const isOwn = surface.topics.includes(topic)
    const undo = isOwn ? this.#addOwn(user, topic) : await this.#addOnDemand(user, topic)
    const before = feed.subjects()
    feed.hold()
    try {
      await feed.watch(this.#subjects(user))
      const cursor = await history.now(user.channels[0] ?? '')
      // Looked at after the cursor: what the snapshot does not show yet lies behind it.
      const snapshot = isOwn ? {} : (await this.#resolve(user, topic)).snapshot
      this.#tidy(user, before, cursor)
      this.#send({ type: 'subscribed', id, topic, snapshot })
    } catch (error) {
      undo()
      this.#tidy(user, before, '')
      feed.release()
      throw error
    }
    return feed.release()
  }

  /** Stop watching a topic. Throws when it is not watched. */
  async unsubscribe(user: LiveUser, id: FrameId | undefined, topic: string): Promise<boolean> {
    this.#requireHello()
    const { feed } = this.#options
    if (!this.#onDemand.delete(topic) && !this.#own.delete(topic)) throw TopicUnknown()
    const before = feed.subjects()
    feed.hold()
    await feed.watch(this.#subjects(user))
    this.#tidy(user, before, '')
    this.#send({ type: 'unsubscribed', id, topic })
    return feed.release()
  }

  /**
   * Watch what a user may watch now, as of an event that is the last one told. False as in `hello`. All subjects are
   * read from history up to the same place: the relay may be behind it, and what was gained must not overtake the rest.
   */
  async regrant(user: LiveUser, since: string): Promise<boolean> {
    const { feed, history, surface } = this.#options
    if (!this.#hasSaidHello) return feed.release()
    feed.decide(since)
    for (const topic of surface.topics) {
      if (!user.topics.has(topic)) this.#own.delete(topic)
      else if (this.#wantsAll) this.#own.add(topic)
    }
    await this.#lookAgain(user)
    const subjects = this.#subjects(user)
    const isGain = [...subjects].some((subject) => feed.floorOf(subject) === undefined)
    const isTold = isPast(since, feed.furthestFloor())
    await feed.watch(subjects)
    // History has told what lies behind the event: what was gained there cannot be told in order any more.
    const found = isTold ? undefined : await this.#since(since, subjects)
    if (found) feed.insert(found.messages)
    if (found || isGain) {
      const cursor = found?.cursor ?? (await history.now(user.channels[0] ?? ''))
      if (!found) this.#send({ type: 'resync', reason: isTold ? 'topics_changed' : 'too_much', cursor })
      for (const subject of subjects) feed.setFloor(subject, cursor)
    }
    this.#leaveAllBut(subjects)
    return feed.release()
  }

  /** What was asked for may be heard elsewhere now, or may not be watched any more: then the client is told. */
  async #lookAgain(user: LiveUser): Promise<void> {
    for (const topic of [...this.#onDemand.keys()]) {
      const found = await this.#resolve(user, topic).catch(refusedOrThrow)
      if (found) this.#onDemand.set(topic, found.channel)
      else {
        this.#onDemand.delete(topic)
        this.#send({ type: 'unsubscribed', topic })
      }
    }
  }

  #since(since: string, subjects: ReadonlySet<string>): ReturnType<History['since']> {
    const channels = [...new Set([...subjects].map((subject) => parseSubject(subject).channel))]
    return this.#options.history.since(since, { channels, subjects })
  }

  /**
   * Set the floors of what is watched newly, and leave what no longer is. Where one subject takes the place of another
   * on the same channel (all topics instead of one), it goes on where the other was.
   */
  #tidy(user: LiveUser, before: ReadonlySet<string>, cursor: string): void {
    const { feed } = this.#options
    const after = this.#subjects(user)
    for (const subject of after) {
      if (before.has(subject)) continue
      const replaced = [...before].filter((other) => busChannelOf(other) === busChannelOf(subject))
      feed.setFloor(subject, replaced.map((other) => feed.floorOf(other) ?? cursor).sort()[0] ?? cursor)
    }
    this.#leaveAllBut(after)
  }

  #leaveAllBut(subjects: ReadonlySet<string>): void {
    const { feed } = this.#options
    for (const subject of feed.subjects()) if (!subjects.has(subject)) feed.leave(subject)
  }

  /** What is to be heard, each channel in the fewest subjects: never one topic in two of them. */
  #subjects(user: LiveUser): Set<string> {
    const { surface } = this.#options
    const whole = new Set(this.#onDemand.values())
    if (surface.topics.every((topic) => this.#own.has(topic))) for (const channel of user.channels) whole.add(channel)
    const inPart = user.channels.filter((channel) => !whole.has(channel))
    return new Set([
      ...[...whole].map((channel) => subjectOf({ surface: surface.name, channel, topic: EVERY_TOPIC })),
      ...inPart.flatMap((channel) =>
        [...this.#own].map((topic) => subjectOf({ surface: surface.name, channel, topic })),
      ),
    ])
  }

  async #missed(user: LiveUser, since: string | null | undefined, subjects: ReadonlySet<string>): Promise<Missed> {
    const { history } = this.#options
    if (since !== null && since !== undefined) return history.missed(user, since, subjects)
    return { kind: 'frames', messages: [], cursor: await history.now(user.channels[0] ?? '') }
  }

  /** The own topics that a hello asks for and those that nobody goes without, or all that the user may watch. */
  #chooseOwn(user: LiveUser, wanted: readonly string[] | null | undefined): string[] {
    const { topics, constantTopics = [] } = this.#options.surface
    if (wanted === null || wanted === undefined) return topics.filter((topic) => user.topics.has(topic))
    for (const topic of wanted) {
      if (!topics.includes(topic)) throw TopicUnknown({ message: `There is no topic "${topic}".` })
      if (!user.topics.has(topic)) throw NotAllowed({ message: `The topic "${topic}" is not yours to watch.` })
    }
    return [...new Set([...wanted, ...constantTopics.filter((topic) => user.topics.has(topic))])]
  }

  /** Note an own topic. The answer takes the note back. */
  #addOwn(user: LiveUser, topic: string): () => void {
    if (!user.topics.has(topic)) throw NotAllowed()
    if (this.#own.has(topic)) return () => {}
    this.#own.add(topic)
    return () => this.#own.delete(topic)
  }

  /** Note a topic on demand, if it may be watched. The answer takes the note back. */
  async #addOnDemand(user: LiveUser, topic: string): Promise<() => void> {
    if (!this.#onDemand.has(topic) && this.#onDemand.size >= this.#options.onDemandAtMost) throw TooManyTopics()
    const { channel } = await this.#resolve(user, topic)
    this.#onDemand.set(topic, channel)
    return () => this.#onDemand.delete(topic)
  }

  async #resolve(user: LiveUser, topic: string): Promise<{ channel: string; snapshot: unknown }> {
    const { database, surface } = this.#options
    const found = await database.read((view) => surface.resolve(view, user, topic)).catch(inBand)
    if (!found) throw TopicUnknown()
    return found
  }

  #requireHello(): void {
    if (!this.#hasSaidHello) throw ValidationFailed({ message: 'Say hello first.' })
  }

  #send(frame: ServerFrame): void {
    this.#options.socket.send(writeFrame(frame))
  }
}

/** The parts of a hello. */
export interface Hello {
  readonly id?: FrameId | undefined
  readonly cursor?: string | null | undefined
  readonly topics?: readonly string[] | null | undefined
}

/** Undefined for a topic that is not there for its user; what is no answer to that question is thrown on. */
function refusedOrThrow(error: unknown): undefined {
  if (error instanceof Fault && (error.type.kind === 'missing' || error.type.kind === 'forbidden')) return
  throw error
}

/** A socket's refusals are few: whatever the surface calls its own, the client hears one of those, in its words. */
function inBand(error: unknown): never {
  if (!(error instanceof Fault)) throw error
  const extras = { message: error.message, fields: error.fields }
  if (error.type.kind === 'missing' || error.type.kind === 'gone') throw NotFound(extras)
  if (error.type.kind === 'forbidden') throw NotAllowed(extras)
  if (error.type.kind === 'invalid' || error.type.kind === 'malformed') throw ValidationFailed(extras)
  if (error.type.kind === 'unauthenticated') throw Unauthorized(extras)
  throw error
}

import { Fault, NotFound, Unauthorized, ValidationFailed } from '#kit/fault'
import type { LiveSurface, LiveUser } from '#kit/live'
import type { Database } from '#kit/unit'
import { subjectOf } from './channels.ts'
import type { Feed } from './feed.ts'
import { type FrameId, NotAllowed, type ServerFrame, TooManyTopics, TopicUnknown, writeFrame } from './frames.ts'
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
}

/** What one connection watches: its own topics since hello, and those it asks for. */
export class Topics {
  readonly #options: TopicsOptions
  /** Topics on demand, each with the subject it is heard on. */
  readonly #onDemand = new Map<string, string>()
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
    const subjects = topics.flatMap((topic) => this.#ownSubjects(user, topic))
    this.#hasSaidHello = true

    feed.hold()
    await feed.watch(subjects)
    const missed = await this.#missed(user, since, new Set(subjects))
    const { cursor } = missed
    for (const subject of subjects) feed.setFloor(subject, cursor)

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
    const { surface, feed, history } = this.#options
    const isOwn = surface.topics.includes(topic)
    if (isOwn && !user.topics.has(topic)) throw NotAllowed()
    if (!isOwn && !this.#onDemand.has(topic) && this.#onDemand.size >= this.#options.onDemandAtMost)
      throw TooManyTopics()
    const subjects = isOwn
      ? this.#ownSubjects(user, topic)
      : [await this.#resolve(user, topic).then(({ subject }) => subject)]
    const fresh = subjects.filter((subject) => !feed.has(subject))

    feed.hold()
    try {
      await feed.watch(fresh)
      const cursor = await history.now(user.channels[0] ?? '')
      // Looked at after the cursor: what the snapshot does not show yet lies behind it.
      const snapshot = isOwn ? {} : (await this.#resolve(user, topic)).snapshot
      for (const subject of fresh) feed.setFloor(subject, cursor)
      if (!isOwn) this.#onDemand.set(topic, subjects[0] ?? '')
      this.#send({ type: 'subscribed', id, topic, snapshot })
    } catch (error) {
      for (const subject of fresh) feed.leave(subject)
      feed.release()
      throw error
    }
    return feed.release()
  }

  /** Stop watching a topic. Throws when it is not watched. */
  unsubscribe(user: LiveUser, id: FrameId | undefined, topic: string): void {
    this.#requireHello()
    const subject = this.#onDemand.get(topic)
    const isOwn = this.#options.surface.topics.includes(topic)
    if (subject === undefined && !isOwn) throw TopicUnknown()
    this.#onDemand.delete(topic)
    for (const each of subject === undefined ? this.#ownSubjects(user, topic) : [subject])
      this.#options.feed.leave(each)
    this.#send({ type: 'unsubscribed', id, topic })
  }

  async #missed(user: LiveUser, since: string | null | undefined, subjects: ReadonlySet<string>): Promise<Missed> {
    const { history } = this.#options
    if (since !== null && since !== undefined) return history.missed(user, since, subjects)
    return { kind: 'frames', messages: [], cursor: await history.now(user.channels[0] ?? '') }
  }

  /** The own topics that a hello asks for, or all that the user may watch. */
  #chooseOwn(user: LiveUser, wanted: readonly string[] | null | undefined): string[] {
    const { topics } = this.#options.surface
    if (wanted === null || wanted === undefined) return topics.filter((topic) => user.topics.has(topic))
    for (const topic of wanted) {
      if (!topics.includes(topic)) throw TopicUnknown({ message: `There is no topic "${topic}".` })
      if (!user.topics.has(topic)) throw NotAllowed({ message: `The topic "${topic}" is not yours to watch.` })
    }
    return [...new Set(wanted)]
  }

  #ownSubjects({ channels }: LiveUser, topic: string): string[] {
    return channels.map((channel) => subjectOf({ surface: this.#options.surface.name, channel, topic }))
  }

  async #resolve(user: LiveUser, topic: string): Promise<{ subject: string; snapshot: unknown }> {
    const { database, surface } = this.#options
    const found = await database.read((view) => surface.resolve(view, user, topic)).catch(inBand)
    if (!found) throw TopicUnknown()
    return { subject: subjectOf({ surface: surface.name, channel: found.channel, topic }), snapshot: found.snapshot }
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

/** Sockets that share a lane at most: what one turn of the event loop writes in a few milliseconds. */
const LANE_SOCKETS = 256
/** Sockets that are written to in one turn; then others have theirs. */
const TURN_SOCKETS = 512
/** Parcels of a lane that go out in one turn; the native code writes up to 32 texts to a socket in one go. */
const TURN_PARCELS = 32
/** What may wait in a lane; beyond it, it goes out at once, and whoever publishes faster than sockets take it is held up. */
const WAITING_LETTERS = 1_048_576

/** One text on its way to those of a lane who listen to a subject. */
export interface Parcel<Load> {
  readonly subject: string
  readonly load: Load
  readonly letters: number
  /** Not stored, and worth nothing later: slow readers go without. */
  readonly isTransient: boolean
}

/** Some sockets of a door, which are told together. A socket stays in its lane, so what goes through it stays in order. */
export abstract class Lane<Load> {
  readonly number: number
  /** Sockets in it. */
  sockets = 0
  /** What has not gone out yet, oldest first. */
  waiting: Parcel<Load>[] = []
  waitingLetters = 0

  constructor(number: number) {
    this.number = number
  }

  /** Write parcels to those who listen. */
  abstract putOut(parcels: readonly Parcel<Load>[]): void
}

/** How many of a lane listen to a subject. */
interface Seats<L> {
  readonly lane: L
  sockets: number
}

/**
 * A door's fan-out, in slices. A text for few goes out at once. One for thousands goes out lane by lane, a few in each
 * turn of the event loop, so that nobody else waits for the last of them. What is published later waits behind it in
 * each lane where something waits, and nowhere else; a lane that a text for few waits in is served before others.
 */
export class Lanes<Load, L extends Lane<Load>> {
  readonly #create: (number: number) => L
  readonly #lanes: L[] = []
  readonly #listening = new Map<string, Seats<L>[]>()
  /** Lanes where something waits, by how long it has. */
  readonly #queue = new Set<L>()
  /** Those of them that are served first. */
  readonly #first = new Set<L>()
  #turn: NodeJS.Immediate | undefined
  #written = 0

  constructor(create: (number: number) => L) {
    this.#create = create
  }

  /** The lane of a new socket. */
  seat(): L {
    let lane = this.#lanes.find(({ sockets }) => sockets < LANE_SOCKETS)
    if (!lane) {
      lane = this.#create(this.#lanes.length)
      this.#lanes.push(lane)
    }
    lane.sockets++
    return lane
  }

  /** A socket of this lane begins to listen to a subject: what was published before is not for it. */
  join(lane: L, subject: string): void {
    this.putOut(lane)
    const seats = this.#listening.get(subject)
    const mine = seats?.find((one) => one.lane === lane)
    if (mine) mine.sockets++
    else if (seats) seats.push({ lane, sockets: 1 })
    else this.#listening.set(subject, [{ lane, sockets: 1 }])
  }

  /** A socket of this lane stops listening to a subject: what was published before is still for it. */
  leave(lane: L, subject: string): void {
    this.putOut(lane)
    this.drop(lane, subject)
  }

  /** A socket of this lane that listened to a subject is gone. */
  drop(lane: L, subject: string): void {
    const seats = this.#listening.get(subject)
    const at = seats?.findIndex((one) => one.lane === lane) ?? -1
    const mine = seats?.[at]
    if (!seats || !mine || --mine.sockets > 0) return
    seats.splice(at, 1)
    if (seats.length === 0) this.#listening.delete(subject)
  }

  /** Whether anybody listens to a subject. */
  has(subject: string): boolean {
    return this.#listening.has(subject)
  }

  /** Tell everyone who listens to a subject. */
  publish(parcel: Parcel<Load>): void {
    const seats = this.#listening.get(parcel.subject)
    if (!seats) return
    let all = 0
    for (const { sockets } of seats) all += sockets
    for (const { lane, sockets } of seats) {
      if (lane.waiting.length === 0 && this.#written + sockets <= TURN_SOCKETS) {
        this.#written += sockets
        lane.putOut([parcel])
      } else {
        this.#enqueue(lane, parcel)
        if (all <= LANE_SOCKETS) this.#first.add(lane)
      }
    }
    this.#turn ??= setImmediate(() => this.#take())
  }

  /** Write all that waits in a lane. */
  putOut(lane: L): void {
    if (lane.waiting.length === 0) return
    const parcels = lane.waiting
    lane.waiting = []
    lane.waitingLetters = 0
    this.#queue.delete(lane)
    this.#first.delete(lane)
    lane.putOut(parcels)
  }

  /** Forget what waits. */
  close(): void {
    clearImmediate(this.#turn)
    this.#queue.clear()
    this.#first.clear()
  }

  #enqueue(lane: L, parcel: Parcel<Load>): void {
    lane.waiting.push(parcel)
    lane.waitingLetters += parcel.letters
    this.#queue.add(lane)
    if (lane.waitingLetters > WAITING_LETTERS) this.putOut(lane)
  }

  /** One turn: the lane that has waited longest, those that go first, then others, while there is room. */
  #take(): void {
    this.#turn = undefined
    this.#written = 0
    const [oldest] = this.#queue
    if (!oldest) return
    this.#serve(oldest)
    for (const lanes of [this.#first, this.#queue]) {
      for (const lane of [...lanes]) {
        if (this.#written >= TURN_SOCKETS) break
        if (lane.waiting.length > 0) this.#serve(lane)
      }
    }
    this.#turn = setImmediate(() => this.#take())
  }

  #serve(lane: L): void {
    this.#written += lane.sockets
    this.#first.delete(lane)
    this.#queue.delete(lane)
    const parcels = lane.waiting.splice(0, TURN_PARCELS)
    for (const { letters } of parcels) lane.waitingLetters -= letters
    // The rest waits behind the other lanes.
    if (lane.waiting.length > 0) this.#queue.add(lane)
    lane.putOut(parcels)
  }
}

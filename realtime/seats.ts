import { z } from 'zod'

/** What a process says of the sockets that it holds of a user. */
export const SeatsSchema = z.object({
  /** Which process; each has a name of its own. */
  process: z.string(),
  userId: z.string(),
  /** The connections' ids; ids of later connections are greater. */
  seats: z.array(z.string()),
  /** Whether the others are to say theirs. */
  isAsking: z.boolean(),
})

/** What a process says of the sockets that it holds of a user. */
export type SeatsSaid = z.output<typeof SeatsSchema>

/** What was said so long ago is not counted any more: a process that has died since says nothing that would correct it. */
const FRESH_MS = 2_000

/** What the seats need. */
export interface SeatsOptions {
  /** The name of this process. */
  readonly process: string
  readonly socketsPerUser: number
  /** The ids of this process's connections of a user. */
  readonly mine: (userId: string) => readonly string[]
  /** Close connections of a user that are too many. */
  readonly close: (userId: string, ids: ReadonlySet<string>) => void
  /** Tell the other processes. Rejects when they cannot be told. */
  readonly say: (said: SeatsSaid) => Promise<void>
}

/**
 * So many sockets for each user, in all processes together. Nobody keeps the count: a process where someone sits down
 * says whom it has of that user and asks the others for theirs, and each closes those of its own that are not among the
 * newest. While the others cannot be told each counts for itself, and says so afterwards.
 */
export class Seats {
  readonly #options: SeatsOptions
  /** What others have said of users, the oldest first; by user and process. */
  readonly #elsewhere = new Map<string, { readonly said: SeatsSaid; readonly at: number }>()
  readonly #unsaid = new Set<string>()

  constructor(options: SeatsOptions) {
    this.#options = options
  }

  /** Somebody has sat down here. */
  taken(userId: string): void {
    this.#makeRoom(userId)
    void this.#say(userId, true)
  }

  /** What another process says. */
  hear(said: SeatsSaid): void {
    const { process, mine } = this.#options
    const { userId } = said
    if (said.process === process || mine(userId).length === 0) return
    const key = `${userId} ${said.process}`
    this.#elsewhere.delete(key)
    this.#elsewhere.set(key, { said, at: performance.now() })
    this.#makeRoom(userId)
    if (said.isAsking) void this.#say(userId, false)
  }

  /** The others can be told again. */
  sayAgain(): void {
    const users = [...this.#unsaid]
    this.#unsaid.clear()
    for (const userId of users) if (this.#options.mine(userId).length > 0) void this.#say(userId, true)
  }

  async #say(userId: string, isAsking: boolean): Promise<void> {
    const { process, mine, say } = this.#options
    try {
      await say({ process, userId, seats: [...mine(userId)], isAsking })
    } catch {
      this.#unsaid.add(userId)
    }
  }

  #makeRoom(userId: string): void {
    const { mine, socketsPerUser, close } = this.#options
    const own = mine(userId)
    const all = [...own, ...this.#freshOf(userId)].sort()
    const tooMany = new Set(all.slice(0, Math.max(0, all.length - socketsPerUser)))
    if (own.some((id) => tooMany.has(id))) close(userId, tooMany)
  }

  #freshOf(userId: string): readonly string[] {
    const since = performance.now() - FRESH_MS
    const seats: string[] = []
    for (const [key, { said, at }] of this.#elsewhere) {
      if (at < since) this.#elsewhere.delete(key)
      else if (said.userId === userId) seats.push(...said.seats)
    }
    return seats
  }
}

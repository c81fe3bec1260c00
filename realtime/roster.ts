/** Whose sockets: those of a user, or of one of the user's sessions. */
export type Whose = { readonly userId: string } | { readonly sessionId: string }

/** What the roster knows of a connection. */
export interface Member {
  readonly userId: string
  readonly sessionId: string
}

/** Who is connected to this process. */
export class Roster<M extends Member> {
  readonly #byUser = new Map<string, Set<M>>()

  add(member: M): void {
    const mine = this.#byUser.get(member.userId)
    if (mine) mine.add(member)
    else this.#byUser.set(member.userId, new Set([member]))
  }

  remove(member: M): void {
    const mine = this.#byUser.get(member.userId)
    mine?.delete(member)
    if (mine?.size === 0) this.#byUser.delete(member.userId)
  }

  /** A user's connections, or a session's. */
  of(whose: Whose): M[] {
    if ('userId' in whose) return [...(this.#byUser.get(whose.userId) ?? [])]
    const members: M[] = []
    for (const mine of this.#byUser.values()) {
      for (const member of mine) if (member.sessionId === whose.sessionId) members.push(member)
    }
    return members
  }

  /** How many users are connected. */
  get users(): number {
    return this.#byUser.size
  }
}

const QUICK_MS = 30_000
const MOST_REPLIES = 30

interface Talk {
  replies: number
  lastAt: number
  blockedUntil: number
}

/**
 * Stops two machines from answering each other for ever. Source: Twilio, error 14107: replies between two numbers are
 * counted as long as each comes less than 30 seconds after the one before; beyond 30 of them, all fail for 30 seconds.
 */
export class LoopGuard {
  private readonly talks = new Map<string, Talk>()

  /** May this number of ours reply to this person now? */
  admits(ours: string, person: string, now: Date): boolean {
    const key = `${ours} ${person}`
    const at = now.getTime()
    const talk = this.talks.get(key) ?? { replies: 0, lastAt: Number.NEGATIVE_INFINITY, blockedUntil: 0 }
    this.talks.set(key, talk)
    if (at < talk.blockedUntil) return false
    talk.replies = at - talk.lastAt < QUICK_MS ? talk.replies + 1 : 1
    talk.lastAt = at
    if (talk.replies <= MOST_REPLIES) return true
    talk.blockedUntil = at + QUICK_MS
    return false
  }

  clear(): void {
    this.talks.clear()
  }
}

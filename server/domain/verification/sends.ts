import { assertReachable, blockedUntil } from '#domain/destinations'
import { prefixOf } from '#domain/phones'
import { assertWithinBudget } from '#domain/spending'
import { secondsAfter, secondsUntil } from '#kit/clock'
import { RateLimited } from '#kit/fault'
import type { Unit } from '#kit/unit'
import { type Channel, type Judged, OWN, PAID_CHANNELS, type Policy, PREFIX_RULES } from './model.ts'
import * as store from './store.ts'

/** One code that is to go out. */
export interface Send {
  readonly challengeId: string
  readonly realmId: string | null
  readonly subject: string
  readonly destination: string
  readonly channel: Channel
  /** It is only tried out: nothing goes out, and nothing is paid. */
  readonly isTest?: boolean
  /** By its answer, when it is not said. */
  readonly judged?: Judged
}

/** A code that went out. */
export interface Sent {
  /** Null for what was sent before channels were noted. */
  readonly channel: Channel | null
  readonly sentAt: Date
}

/**
 * Take the right to send one code, under locks: so many to one address, for one subject, and to all phones around one
 * number. Throws `RateLimited`, with `reason: 'prefix'` in its details when it is about all those phones; for channels that
 * cost money also `CountryNotSupported`, `NumberNotSupported`, and `Unavailable` while the hour's budget is used up.
 */
export async function takeSend(unit: Unit, send: Send, policy: Policy = OWN): Promise<void> {
  const { realmId, destination, subject, channel } = send
  const prefix = PAID_CHANNELS.has(channel) && !send.isTest ? prefixOf(destination) : null
  if (prefix !== null) {
    assertReachable(unit, destination, 'mobile', policy.countries ?? undefined)
    await assertWithinBudget(unit)
  }
  const own = [destination, subject].map((key) => (realmId === null ? key : `${realmId} ${key}`))
  await store.lockSends(unit, prefix === null ? own : [...own, prefix])
  const free = freeAt(unit.now, await store.recentSends(unit, send), channel, policy)
  if (free) throw RateLimited({ retryAfterSeconds: secondsUntil(unit.now, free) })
  if (prefix !== null) await assertTrusted(unit, send, prefix)
  await store.recordSend(unit, { ...send, prefix })
}

/** When a channel may send again, going by what was sent, newest first; null: now. */
export function freeAt(now: Date, sends: readonly Sent[], channel: Channel, policy: Policy): Date | null {
  const spacing = policy.isSpacedByChannel ? sends.filter((sent) => sent.channel === channel) : sends
  const waits = [
    { last: spacing[0]?.sentAt, seconds: policy.resendSeconds[channel] },
    ...policy.budgets.map((budget) => ({ last: sends[budget.sends - 1]?.sentAt, seconds: budget.seconds })),
  ]
  const ends = waits.map(({ last, seconds }) => last && secondsAfter(last, seconds))
  return ends.find((end) => end !== undefined && end > now) ?? null
}

/**
 * Codes that are pumped go to many numbers that lie together and never come back. A prefix whose codes do not come
 * back gets no more, until what was sent to it lies half a day behind. What went out just now is not judged yet.
 */
async function assertTrusted(unit: Unit, { destination, judged }: Send, prefix: string): Promise<void> {
  const blocked = await blockedUntil(unit, destination)
  if (blocked) throw prefixRests(unit, blocked)
  const { windowSeconds, judgedAfterSeconds, judgedFrom, leastConversion, perHour, knownPerWindow } = PREFIX_RULES
  const sends = await store.sendsToPrefix(unit, prefix, secondsAfter(unit.now, -windowSeconds))
  const inHour = sends.filter(({ sentAt }) => sentAt > secondsAfter(unit.now, -3600))
  restAfter(unit, inHour.at(-perHour)?.sentAt, 3600)
  const known = sends.filter((sent) => sent.judged === 'count')
  if (judged === 'count') restAfter(unit, known.at(-knownPerWindow)?.sentAt, windowSeconds)
  const settled = sends.filter(({ sentAt }) => sentAt <= secondsAfter(unit.now, -judgedAfterSeconds))
  const awaited = settled.filter((sent) => sent.judged === 'answer')
  const used = awaited.filter(({ isUsed }) => isUsed).length
  if (awaited.length < judgedFrom || used / awaited.length >= leastConversion) return
  restAfter(unit, awaited.at(-judgedFrom)?.sentAt, windowSeconds)
}

/** Throws while a moment lies less than its time behind. */
function restAfter(unit: Unit, last: Date | undefined, seconds: number): void {
  const freeAgain = last && secondsAfter(last, seconds)
  if (freeAgain && freeAgain > unit.now) throw prefixRests(unit, freeAgain)
}

function prefixRests(unit: Unit, until: Date) {
  return RateLimited({ retryAfterSeconds: secondsUntil(unit.now, until), details: { reason: 'prefix' } })
}

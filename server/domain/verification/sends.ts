import { assertReachable, blockedUntil } from '#domain/destinations'
import { prefixOf } from '#domain/phones'
import { assertWithinBudget } from '#domain/spending'
import { secondsAfter, secondsUntil } from '#kit/clock'
import { RateLimited } from '#kit/fault'
import type { Unit } from '#kit/unit'
import { type Channel, RULES } from './model.ts'
import * as store from './store.ts'

/** One code that is to go out. */
interface Send {
  readonly challengeId: string
  readonly subject: string
  readonly destination: string
  readonly channel: Channel
}

/**
 * Take the right to send one code, under locks: so many to one address, for one subject, and to all phones around one
 * number. Throws `RateLimited`; for phones also `CountryNotSupported`, `NumberNotSupported`, and `Unavailable` while
 * the hour's budget is used up.
 */
export async function takeSend(unit: Unit, send: Send): Promise<void> {
  const { challengeId, destination, subject, channel } = send
  const prefix = channel === 'email' ? null : prefixOf(destination)
  if (prefix !== null) {
    assertReachable(unit, destination, 'mobile')
    await assertWithinBudget(unit)
  }
  await store.lockSends(unit, prefix === null ? [destination, subject] : [destination, subject, prefix])
  await assertSpaced(unit, send)
  if (prefix !== null) await assertTrusted(unit, destination, prefix)
  await store.recordSend(unit, { challengeId, destination, subject, prefix })
}

async function assertSpaced(unit: Unit, { destination, subject, channel }: Send): Promise<void> {
  const sends = await store.recentSends(unit, destination, subject)
  const inHour = sends.filter((at) => at > secondsAfter(unit.now, -3600))
  waitFor(unit, [
    { last: sends[0], seconds: RULES.resendSeconds[channel] },
    { last: inHour[RULES.sendsPerHour - 1], seconds: 3600 },
    { last: sends[RULES.sendsPerDay - 1], seconds: 86_400 },
  ])
}

/**
 * Codes that are pumped go to many numbers that lie together and never come back. A prefix whose codes do not come
 * back gets no more, until what was sent to it lies half a day behind. What went out just now is not judged yet.
 */
async function assertTrusted(unit: Unit, destination: string, prefix: string): Promise<void> {
  const blocked = await blockedUntil(unit, destination)
  if (blocked) throw RateLimited({ retryAfterSeconds: secondsUntil(unit.now, blocked) })
  const { windowSeconds, judgedAfterSeconds, judgedFrom, leastConversion, perHour } = RULES.prefix
  const sends = await store.sendsToPrefix(unit, prefix, secondsAfter(unit.now, -windowSeconds))
  const inHour = sends.filter(({ sentAt }) => sentAt > secondsAfter(unit.now, -3600))
  waitFor(unit, [{ last: inHour.at(-perHour)?.sentAt, seconds: 3600 }])
  const judged = sends.filter(({ sentAt }) => sentAt <= secondsAfter(unit.now, -judgedAfterSeconds))
  const used = judged.filter(({ isUsed }) => isUsed).length
  if (judged.length < judgedFrom || used / judged.length >= leastConversion) return
  waitFor(unit, [{ last: judged.at(-judgedFrom)?.sentAt, seconds: windowSeconds }])
}

/** Throws `RateLimited` while one of these moments lies less than its time behind. */
function waitFor(unit: Unit, waits: readonly { readonly last: Date | undefined; readonly seconds: number }[]): void {
  for (const { last, seconds } of waits) {
    if (!last) continue
    const freeAt = secondsAfter(last, seconds)
    if (freeAt > unit.now) throw RateLimited({ retryAfterSeconds: secondsUntil(unit.now, freeAt) })
  }
}

import { secondsAfter } from '#kit/clock'
import type { View } from '#kit/unit'
import { LinesBusy } from './faults.ts'
import { type Backlog, RULES } from './model.ts'
import { freeAt, gapMs } from './rate.ts'
import * as store from './store.ts'

/**
 * How many seconds it takes, by all that is known now, until the carrier begins to ring each leg of a call that waits:
 * for its turn, or in the carrier's own queue. By participant; whoever does not wait is not in it.
 */
export async function waits(view: View, callId: string): Promise<ReadonlyMap<string, number>> {
  const waiting = await store.listWaiting(view, callId)
  return new Map(waiting.map((one) => [one.participantId, secondsUntil(view, startOf(view, one))]))
}

/** Refuse when the queue is so long that so many more would not be rung within a useful time. Throws `LinesBusy`. */
export async function assertRoom(view: View, more: number): Promise<void> {
  const lastAfterSeconds = (((await store.countWaiting(view)) + more - 1) * gapMs(view)) / 1000
  const tooMuch = Math.ceil(lastAfterSeconds - RULES.longestWaitSeconds)
  if (tooMuch > 0) throw LinesBusy({ retryAfterSeconds: tooMuch })
}

/** How the queue stands, for those who run the server. */
export async function backlog(view: View): Promise<Backlog> {
  const { waiting, oldestAt, releasedLately, carrierStartsAt } = await store.measure(
    view,
    secondsAfter(view.now, -RULES.rateWindowSeconds),
  )
  return {
    waiting,
    headSeconds: oldestAt === null ? 0 : Math.max(0, (view.now.getTime() - oldestAt.getTime()) / 1000),
    releasedPerSecond: releasedLately / RULES.rateWindowSeconds,
    carrierQueueSeconds: carrierStartsAt === null ? 0 : secondsUntil(view, carrierStartsAt),
  }
}

/**
 * When the carrier begins to ring. While its own queue holds orders, ours come behind them, at the same pace.
 */
function startOf(view: View, leg: store.WaitingLeg): Date {
  if (leg.startsAt !== null) return leg.startsAt
  const gapSeconds = gapMs(view) / 1000
  const released = secondsAfter(freeAt(view, leg.lastReleasedAt), (leg.place - 1) * gapSeconds)
  if (leg.carrierStartsAt === null || leg.carrierStartsAt <= view.now) return released
  const behind = secondsAfter(leg.carrierStartsAt, leg.place * gapSeconds)
  return behind > released ? behind : released
}

function secondsUntil(view: View, moment: Date): number {
  return Math.max(0, Math.ceil((moment.getTime() - view.now.getTime()) / 1000))
}

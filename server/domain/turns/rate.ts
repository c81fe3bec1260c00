import { secondsAfter } from '#kit/clock'
import type { View } from '#kit/unit'
import { RULES } from './model.ts'

/** Milliseconds from one turn to the next. */
export function gapMs({ site }: View): number {
  return 1000 / site.callsPerSecond
}

/**
 * When the next turn may be given: a whole gap after the last one, never two for one that was missed (GCRA without a
 * burst), so that no second ever holds more than the rate. Now, or later.
 */
export function freeAt(view: View, lastReleasedAt: Date | null): Date {
  if (lastReleasedAt === null || lastReleasedAt > secondsAfter(view.now, RULES.clockSkewSeconds)) return view.now
  const free = new Date(Math.ceil(lastReleasedAt.getTime() + gapMs(view)))
  return free > view.now ? free : view.now
}

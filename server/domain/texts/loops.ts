import { secondsAfter } from '#kit/clock'

/** So many automatic replies one phone gets within `withinSeconds`, or in a row without a pause. */
export const REPLIES = { most: 15, withinSeconds: 300, pauseSeconds: 45 } as const
/** How long replies rest: after too many of them, and when the carrier itself has seen a loop. */
export const REST_SECONDS = { loop: 300, carrier: 3600 } as const

/**
 * Whether one more reply would look like two machines talking. `latest` are the times of the last replies to the phone,
 * newest first. The carrier stops us after thirty replies of which each comes within 30 s of the one before (Twilio,
 * error 14107), also when that takes long: so fifteen in a row are enough, however slow, as long as there was no pause.
 */
export function isLoop(now: Date, latest: readonly Date[]): boolean {
  const oldest = latest[REPLIES.most - 1]
  if (!oldest) return false
  if (oldest > secondsAfter(now, -REPLIES.withinSeconds)) return true
  return latest
    .slice(0, REPLIES.most)
    .every((at, index) => secondsAfter(at, REPLIES.pauseSeconds) > (latest[index - 1] ?? now))
}

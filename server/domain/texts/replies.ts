import { secondsAfter } from '#kit/clock'
import type { Unit } from '#kit/unit'
import * as correspondents from './correspondents-store.ts'
import { RepliesPaused } from './events.ts'
import { isLoop, REPLIES, REST_SECONDS } from './loops.ts'
import { numberFor } from './numbers.ts'
import * as store from './store.ts'

/**
 * Whether a phone may be replied to automatically now. When it looks as if a machine answers us, replies to it rest for
 * a while. The phone's row stays locked until the unit ends: replies that are asked for at once are counted one by one.
 */
export async function mayReply(unit: Unit, phone: string): Promise<boolean> {
  await numberFor(unit, phone)
  const correspondent = await correspondents.lock(unit, phone)
  if (correspondent?.repliesRestUntil && correspondent.repliesRestUntil > unit.now) return false
  if (!isLoop(unit.now, await store.latestReplies(unit, phone, REPLIES.most))) return true
  await restReplies(unit, phone, 'loop')
  return false
}

/** No automatic replies to a phone for a while. */
export async function restReplies(unit: Unit, phone: string, reason: 'loop' | 'carrier'): Promise<void> {
  const until = secondsAfter(unit.now, REST_SECONDS[reason])
  await numberFor(unit, phone)
  await correspondents.restReplies(unit, phone, until)
  unit.emit(RepliesPaused, { phone, until: until.toISOString(), reason }, [])
}

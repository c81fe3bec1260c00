import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import * as correspondents from './correspondents-store.ts'
import { announce, fail } from './progress.ts'
import * as store from './upkeep-store.ts'

/** What comes round by the clock. Each verb does some of the work and says how much: call it until nothing is left. */

const KEPT_DAYS = 90
const AT_ONCE = 1_000
const LOOK_AGAIN_SECONDS = 600
/** Delivery reports that have not come after a day do not come. */
const REPORT_SECONDS = 86_400

/** Have the texter look at texts that are due: second tries, and those that were announced and came to nothing. */
export async function wakeDue(unit: Unit): Promise<number> {
  const due = await store.takeDue(unit, secondsAfter(unit.now, LOOK_AGAIN_SECONDS), AT_ONCE)
  for (const text of due) announce(unit, text)
  return due.length
}

/** Texts that could not be handed over in time fail. */
export async function expire(unit: Unit): Promise<number> {
  const expired = await store.lockExpired(unit, AT_ONCE)
  for (const text of expired) await fail(unit, text, { reason: 'expired' })
  return expired.length
}

/** Texts whose end was not reported within a day are `unconfirmed`; gives how many became so. */
export async function giveUpReports(unit: Unit): Promise<number> {
  return store.giveUpReports(unit, secondsAfter(unit.now, -REPORT_SECONDS))
}

/** Drop texts after ninety days, and what was known of phones that nothing is left of. */
export async function tidy(unit: Unit): Promise<number> {
  const before = secondsAfter(unit.now, -KEPT_DAYS * 86_400)
  const texts = await store.deleteBefore(unit, before, AT_ONCE)
  return texts > 0 ? texts : correspondents.deleteBefore(unit, before, AT_ONCE)
}

/** A number of ours whose texts are filtered out or lost more often than can be chance. */
export interface Trouble {
  readonly ourNumber: string
  readonly sent: number
  readonly failed: number
}

/** Filtered on the way, lost without a reason, or from a number that is not registered for it (30007, 30008, 30034). */
const FILTERED = [30007, 30008, 30034]
const JUDGED_FROM = 20
const HIGH_SHARE = 0.1

/** Numbers of ours that networks filter: of at least twenty texts in the last hour, a tenth or more. */
export async function troubles(view: View): Promise<readonly Trouble[]> {
  const counts = await store.countFailures(view, secondsAfter(view.now, -3600), FILTERED)
  return counts.filter(({ sent, failed }) => sent >= JUDGED_FROM && failed / sent >= HIGH_SHARE)
}

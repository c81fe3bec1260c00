import { hold, type User } from '#domain/accounts'
import { limitsOf, monthOf, PlanLimitReached } from '#domain/billing'
import { secondsAfter, secondsUntil } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import * as store from './store.ts'

/** What one person may have texted for them: recipients, however long the text is. */

const HOUR_SECONDS = 3600
const RECIPIENTS_PER_HOUR = 600
/** Two months, the longest ones. */
const KEPT_SECONDS = 62 * 86_400

/**
 * Count texts to so many people against the month of whoever sends them: all of them, or none. `key` names what is sent.
 * Throws `PlanLimitReached`.
 */
export async function spend(
  unit: Unit,
  sender: User,
  { key, recipients }: { readonly key: string; readonly recipients: number },
): Promise<void> {
  if (recipients === 0) return
  await hold(unit, sender.id)
  const limit = limitsOf(sender).smsPerMonth
  const left = limit - (await usedTexts(unit, sender))
  if (recipients > left) {
    const message = `This would text ${recipients} people; of your plan's ${limit} texts a month, ${Math.max(0, left)} are left.`
    throw PlanLimitReached({ message })
  }
  await store.insertUse(unit, { key, userId: sender.id, recipients })
}

/** Some of those people are not texted after all. */
export async function refund(unit: Unit, key: string, recipients: number): Promise<void> {
  if (recipients > 0) await store.reduceUse(unit, key, recipients)
}

/** How many people have been texted for somebody in their month. */
export async function usedTexts(view: View, sender: Pick<User, 'id' | 'monthsFrom'>): Promise<number> {
  return store.sumUses(view, sender.id, monthOf(sender, view.now).startsAt)
}

/**
 * How many of some people may be texted for somebody now: six hundred in an hour at most. What is given counts; the rest
 * waits. The sender is held.
 */
export async function takeOfHour(unit: Unit, senderId: string, wanted: number): Promise<number> {
  const since = secondsAfter(unit.now, -HOUR_SECONDS)
  const given = Math.max(0, Math.min(wanted, RECIPIENTS_PER_HOUR - (await store.sumSends(unit, senderId, since))))
  if (given > 0) await store.insertSend(unit, senderId, given, since)
  return given
}

/** After how many seconds `takeOfHour` gives all that is wanted, if nobody else is texted; of too many, an hour's worth. */
export async function secondsToHour(view: View, senderId: string, wanted: number): Promise<number> {
  const sends = await store.listSends(view, senderId, secondsAfter(view.now, -HOUR_SECONDS))
  let given = sends.reduce((sum, { recipients }) => sum + recipients, 0)
  for (const { at, recipients } of sends) {
    given -= recipients
    if (given + Math.min(wanted, RECIPIENTS_PER_HOUR) <= RECIPIENTS_PER_HOUR) {
      return secondsUntil(view.now, secondsAfter(at, HOUR_SECONDS))
    }
  }
  return 1
}

/** Forget what no month counts any more. */
export async function tidy(unit: Unit): Promise<void> {
  await store.deleteUses(unit, secondsAfter(unit.now, -KEPT_SECONDS))
}

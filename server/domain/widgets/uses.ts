import { prefixOf } from '#domain/phones'
import { secondsAfter, secondsUntil } from '#kit/clock'
import { RateLimited } from '#kit/fault'
import { networkOf } from '#kit/network'
import type { Unit } from '#kit/unit'
import * as counts from './counts-store.ts'
import { type Action, type Budget, RULES, type Widget } from './model.ts'
import * as uses from './uses-store.ts'

/** A form that a visitor has sent. */
export interface SentForm {
  readonly formId: string
  /** E.164. */
  readonly phone: string
  readonly ip: string
}

/**
 * Take the right to do one thing, under locks: so many from one address, for one number and the numbers around it, at one
 * widget, and at all of one owner. False when this very form was taken before. Throws `RateLimited`.
 */
export async function take(unit: Unit, widget: Widget, action: Action, form: SentForm): Promise<boolean> {
  const { id: widgetId, ownerId } = widget
  const { phone } = form
  const ip = networkOf(form.ip)
  const prefix = prefixOf(phone)
  await uses.lock(unit, [`owner ${ownerId}`, `prefix ${prefix}`, `ip ${ip}`])
  if (!(await uses.insert(unit, { ...form, ip, widgetId, ownerId, action, prefix }))) return false
  const { ofIp = [], ofPhone = [], ofPrefix = [], ofWidget = [], ofOwner = [] } = RULES.budgets[action]
  await within(unit, action, { ip }, ofIp)
  await within(unit, action, { phone }, ofPhone)
  await within(unit, action, { prefix }, ofPrefix)
  await within(unit, action, { widgetId }, ofWidget)
  await within(unit, action, { ownerId }, ofOwner)
  return true
}

/** Something has come of what a visitor did. */
export async function countAction(unit: Unit, { id }: Widget): Promise<void> {
  await counts.addAction(unit, id)
}

/** The use that is to be allowed is noted already: one more than the budget is one too many. */
async function within(unit: Unit, action: Action, by: uses.CountedBy, budgets: readonly Budget[]): Promise<void> {
  for (const { uses: most, perSeconds } of budgets) {
    const since = secondsAfter(unit.now, -perSeconds)
    const over = await uses.nthBefore(unit, { action, by, nth: most + 1, since })
    if (over) throw RateLimited({ retryAfterSeconds: secondsUntil(unit.now, secondsAfter(over, perSeconds)) })
  }
}

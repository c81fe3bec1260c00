import * as callbacks from '#domain/callbacks'
import { usageOf } from '#domain/calls'
import type { Unit, View } from '#kit/unit'
import { NotTaken } from './faults.ts'
import { countAction, type SentForm, take } from './uses.ts'
import type { ShownWidget } from './visitors.ts'

/**
 * Whether strangers may have themselves put through to a tag: it takes anybody's calls, and its owner has minutes left to
 * talk this month.
 */
export async function takesCalls(view: View, { ktag, owner }: Pick<ShownWidget, 'ktag' | 'owner'>): Promise<boolean> {
  if (ktag.callPolicy !== 'anyone') return false
  const { usedSeconds, allowedSeconds } = await usageOf(view, owner)
  return usedSeconds < allowedSeconds
}

/**
 * A visitor wants to talk to the owner of a tag: their own phone is rung, and with their 1 they come to the owner, or to
 * the mailbox, as if they had dialled the tag. Throws `NotTaken`, `RateLimited`, and what `callbacks.ask` throws.
 */
export async function askForCall(unit: Unit, shown: ShownWidget, form: SentForm): Promise<void> {
  const { widget, ktag, owner } = shown
  if (!(await takesCalls(unit, shown))) throw NotTaken({ message: `*${ktag.name} takes no calls here at the moment.` })
  if (!(await take(unit, widget, 'call', form))) return
  await callbacks.ask(unit, owner, { widgetId: widget.id, ktagId: ktag.id, phone: form.phone })
  await countAction(unit, widget)
}

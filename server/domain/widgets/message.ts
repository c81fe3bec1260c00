import { byVerifiedMobile } from '#domain/accounts'
import { leaveText } from '#domain/inbox'
import type { Unit } from '#kit/unit'
import { NotTaken } from './faults.ts'
import { countAction, type SentForm, take } from './uses.ts'
import type { ShownWidget } from './visitors.ts'

/** Whether strangers may write to a tag: a visitor is nobody that its owner could know. */
export function takesMessages({ ktag }: Pick<ShownWidget, 'ktag'>): boolean {
  return ktag.messagePolicy === 'anyone'
}

/**
 * A visitor writes to the owner of a tag. Nobody has proved that the number is theirs, so the message is from nobody that
 * we know, whosever number it is. One that belongs to somebody whom the owner has blocked is taken, and goes nowhere.
 * Throws `NotTaken`, `RateLimited`.
 */
export async function leaveMessage(
  unit: Unit,
  shown: ShownWidget,
  form: SentForm,
  said: { readonly name: string; readonly body: string },
): Promise<void> {
  const { widget, ktag, owner } = shown
  if (!takesMessages(shown)) throw NotTaken({ message: `*${ktag.name} takes no messages here at the moment.` })
  if (!(await take(unit, widget, 'message', form))) return
  await countAction(unit, widget)
  const sender = await byVerifiedMobile(unit, form.phone)
  if (sender && owner.settings.blocked.includes(sender.id)) return
  const { name: fromName, body } = said
  await leaveText(unit, { ownerId: owner.id, ktagId: ktag.id, fromPhone: form.phone, fromName, body, via: 'widget' })
}

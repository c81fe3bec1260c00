import { followByPhone } from '#domain/tags'
import { ChallengeNotFound, check, issue } from '#domain/verification'
import type { Unit } from '#kit/unit'
import { FormRefused } from './faults.ts'
import { countAction, type SentForm, take } from './uses.ts'
import * as uses from './uses-store.ts'
import type { ShownWidget } from './visitors.ts'

/**
 * A visitor wants the texts of a tag: a code goes to the number that they have typed. Gives the challenge that it answers.
 * The same happens whether or not the number follows already. Throws `RateLimited`, and what `verification.issue` throws.
 */
export async function askToFollow(unit: Unit, { widget, ktag }: ShownWidget, form: SentForm): Promise<string> {
  if (!(await take(unit, widget, 'follow', form))) return again(unit, form)
  const { id } = await issue(unit, {
    purpose: 'follow',
    subject: `${ktag.id} ${form.phone}`,
    channel: 'sms',
    destination: form.phone,
    payload: { widget_id: widget.id, ktag_name: ktag.name },
  })
  await uses.noteChallenge(unit, form.formId, id)
  return id
}

/**
 * A visitor has typed the code: the phone follows the tag from here on. Throws `RateLimited`, and what
 * `verification.check` and `tags.followByPhone` throw.
 */
export async function confirmFollow(
  unit: Unit,
  { widget, ktag }: ShownWidget,
  form: Pick<SentForm, 'formId' | 'ip'>,
  answer: { readonly challengeId: string; readonly code: string },
): Promise<void> {
  // A form that was sent twice has been taken once, also when both come at the same time.
  await uses.lock(unit, [`form ${form.formId}`])
  if (await uses.isNoted(unit, form.formId)) return
  const challenge = await check(unit, 'follow', { id: answer.challengeId }, answer.code)
  if (challenge.payload.widget_id !== widget.id) throw ChallengeNotFound()
  await take(unit, widget, 'confirm', { ...form, phone: challenge.destination })
  await followByPhone(unit, ktag.id, challenge.destination, 'widget')
  await countAction(unit, widget)
}

async function again(unit: Unit, { formId }: SentForm): Promise<string> {
  const challengeId = await uses.challengeOf(unit, formId)
  if (challengeId === null) throw FormRefused()
  return challengeId
}

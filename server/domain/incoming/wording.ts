import { type Answered, LEFT_OUT } from '#domain/messages'
import { excerpt } from '#kit/excerpt'
import type { Fault } from '#kit/fault'
import type { View } from '#kit/unit'

/** So much of a text is said back to whoever sent it. */
const LONGEST_QUOTE = 40

/** What whoever texts is told of a refusal. */
export function refusal({ type, message, fields }: Fault): string {
  switch (type.code) {
    case 'plan_limit_reached':
      return `${message} Text PLAN for details.`
    case 'call_in_progress':
      return 'You are already on a call. HANGUP first.'
    default:
      return message === type.message ? (Object.values(fields)[0] ?? message) : message
  }
}

/** What whoever texts is told of what they have said; empty where they know that already. */
export function sentBack({ name, hasLeftOut }: Answered): string {
  return [...(name === null ? [] : [`Sent to ${name}.`]), ...(hasLeftOut ? [LEFT_OUT] : [])].join(' ')
}

/** Whoever is too fast is told to wait. */
export function slowDown(seconds: number): string {
  const wait = seconds <= 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
  return `Slow down a little, try again in ${wait}.`
}

/** Whoever texted while nobody was there is told that nothing of it was done. */
export function tooLate(body: string): string {
  const said = excerpt(body, LONGEST_QUOTE)
  return `Your text${said === '' ? '' : ` "${said}"`} reached us too late and was not done. Send again what you still want.`
}

/** Whoever has no account is told where to get one. */
export function joinFirst(view: View): string {
  return `You need a free account for that: ${view.site.publicUrl}/join`
}

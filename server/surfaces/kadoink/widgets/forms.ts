import { z } from 'zod'
import type { Fault } from '#kit/fault'
import { type Html, html } from '#kit/html'

/** What every form of a widget carries beside what people type: its ticket, and a field that nobody sees. */
const carried = { ticket: z.string().max(100), trap: z.string().default('') }

const mobile = z.string().trim().min(1, 'Type your mobile number.').max(40, 'That is not a phone number.')

/** Asks for a code, or answers with it. */
export const FollowForm = z.object({
  ...carried,
  mobile: mobile.optional(),
  challenge: z.uuid().optional(),
  code: z
    .string()
    .transform((code) => code.replace(/\s/g, ''))
    .refine((code) => /^\d{6}$/.test(code), 'The code has six digits.')
    .optional(),
})

/** Where to call somebody. */
export const CallForm = z.object({ ...carried, mobile })

/** A message to a tag's owner. */
export const MessageForm = z.object({
  ...carried,
  name: z.string().trim().min(1, 'Type your name.').max(60, 'Use at most 60 characters.'),
  mobile,
  body: z
    .string()
    .transform((body) => body.replace(/\r\n?/g, '\n').trim())
    .pipe(z.string().min(1, 'Type your message.').max(1000, 'Use at most 1,000 characters.')),
})

/** What was typed into a form that was not taken. */
export type Typed = Readonly<Record<string, string>>

/** What all forms of a widget have around their fields. */
export interface FormFrame {
  readonly action: string
  readonly ticket: string
  readonly button: string
  /** What a captcha puts in, if there is one. */
  readonly check: Html | null
}

/** A form that is sent without scripts. */
export function formWith({ action, ticket, button, check }: FormFrame, fields: Html, hint: string): Html {
  return html`<form method="post" action="${action}">
<input type="hidden" name="ticket" value="${ticket}">
<p class="trap" aria-hidden="true"><label>Leave this empty <input name="trap" tabindex="-1" autocomplete="off"></label></p>
${fields}
${check}
<button>${button}</button>
<p class="small">${hint}</p>
</form>`
}

/** Where a number is typed. */
export function mobileField(typed: Typed): Html {
  return html`<label>Your mobile number
<input name="mobile" type="tel" autocomplete="tel" required maxlength="40" value="${typed.mobile ?? ''}"></label>`
}

/** Where a code is typed that answers a challenge. */
export function codeFields(challengeId: string): Html {
  return html`<input type="hidden" name="challenge" value="${challengeId}">
<label>Your code
<input name="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="10"></label>`
}

/** Where a message is typed. */
export function messageFields(typed: Typed): Html {
  return html`<label>Your name
<input name="name" autocomplete="name" required maxlength="60" value="${typed.name ?? ''}"></label>
${mobileField(typed)}
<label>Your message
<textarea name="body" required maxlength="1000" rows="4">${typed.body ?? ''}</textarea></label>`
}

const VISIBLE = ['name', 'mobile', 'body', 'code']

/** Why a form was not taken, in a sentence or two; nothing where there was none. */
export function refusal(fault: Fault | undefined): Html | null {
  if (!fault) return null
  const wrong = VISIBLE.map((field) => fault.fields[field]).filter((words) => words !== undefined)
  const said = wrong.length > 0 ? wrong.join(' ') : fault.message
  return html`<p role="alert">${said}${waitOf(fault)}</p>`
}

function waitOf({ type, retryAfterSeconds: seconds }: Fault): string {
  if (type.kind !== 'exhausted' || seconds === undefined || seconds < 90) return ''
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? ` Try again in ${minutes} minutes.` : ` Try again in ${Math.ceil(minutes / 60)} hours.`
}

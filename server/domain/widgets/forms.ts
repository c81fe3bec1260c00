import { secondsAfter } from '#kit/clock'
import { newId } from '#kit/id'
import { makeTicket, readTicket } from '#kit/ticket'
import type { View } from '#kit/unit'
import { FormRefused } from './faults.ts'
import { RULES, type Widget } from './model.ts'

/**
 * What a form of a widget carries: signed, for this widget only, good for an hour. It names the form, so that one that is
 * sent twice is one.
 */
export function newForm(view: View, widget: Widget): string {
  const expiresAt = secondsAfter(view.now, RULES.formLives)
  return makeTicket(view.site.keys, purposeOf(widget), { id: newId(), expiresAt })
}

/** What a form that was not taken is shown with again: what it had, as long as that is good. */
export function formAgain(view: View, widget: Widget, ticket: string | undefined): string {
  const form = readTicket(view.site.keys, purposeOf(widget), ticket ?? '')
  return ticket !== undefined && form && form.expiresAt > view.now ? ticket : newForm(view, widget)
}

/**
 * The id of a form that has come back. Throws `FormRefused` for one that is not ours, too old, filled in faster than
 * anybody does, or in which something stands that people do not see.
 */
export function readForm(view: View, widget: Widget, sent: { readonly ticket: string; readonly trap: string }): string {
  const form = readTicket(view.site.keys, purposeOf(widget), sent.ticket)
  const takenFrom = form && secondsAfter(form.expiresAt, RULES.fastestSeconds - RULES.formLives)
  const isGood = form && takenFrom && takenFrom <= view.now && form.expiresAt > view.now && sent.trap === ''
  if (!isGood) throw FormRefused()
  return form.id
}

function purposeOf({ id }: Widget): string {
  return `widget form ${id}`
}

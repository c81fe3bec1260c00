import { type User, byId as userById } from '#domain/accounts'
import { spend } from '#domain/allowance'
import { PlanLimitReached } from '#domain/billing'
import { queue } from '#domain/texts'
import { Fault } from '#kit/fault'
import { newId } from '#kit/id'
import { attempt, type Unit, type View } from '#kit/unit'
import { sayMoment } from '#kit/when'
import { ReminderDue } from './events.ts'
import type { EventAt } from './model.ts'
import type { ReminderTask } from './planning.ts'
import { occurrenceAt } from './repeats.ts'
import * as store from './store.ts'

/** A reminder that is not handed over by then is of no use. */
const VALID_SECONDS = 3600

/**
 * Remind somebody of a time of one of their events, in the ways that they have chosen; a text counts against their month,
 * and is left out when that is used up. Nothing happens when the event does not take place then any more.
 */
export async function remind(unit: Unit, owner: User, { eventId, occurrenceAt: at }: ReminderTask): Promise<void> {
  const found = await eventAt(unit, owner.id, eventId, new Date(at))
  if (!found) return
  const { remindVia: via } = found.event
  const facts = { owner_id: owner.id, event_id: eventId, occurrence_at: at, via: [...via] }
  unit.emit(ReminderDue, facts, [`user:${owner.id}`])
  if (!via.includes('sms') || owner.mobile === null || owner.mobileVerifiedAt === null) return
  const body = wordsOf(found, unit.now)
  const { mobile: phone } = owner
  try {
    await attempt(unit, async (inner) => {
      await spend(inner, owner, { key: newId(), recipients: 1 })
      await queue(inner, { phone, body, purpose: 'reminder', validSeconds: VALID_SECONDS })
    })
  } catch (error) {
    if (!(error instanceof Fault) || error.type !== PlanLimitReached) throw error
  }
}

/** A letter that reminds: to whom, and what it says; null when it cannot be sent any more. */
export async function reminderLetter(
  view: View,
  data: { readonly owner_id: string; readonly event_id: string; readonly occurrence_at: string },
): Promise<{ readonly to: string; readonly subject: string; readonly text: string } | null> {
  const owner = await userById(view, data.owner_id)
  const found = await eventAt(view, data.owner_id, data.event_id, new Date(data.occurrence_at))
  if (!found || !owner?.email || owner.emailVerifiedAt === null) return null
  const { notes } = found.event
  return { to: owner.email, subject: wordsOf(found, view.now), text: `${wordsOf(found, view.now)}\n\n${notes ?? ''}\n` }
}

/** An event at one of its times; null when it does not take place then. */
export async function eventAt(view: View, ownerId: string, id: string, at: Date): Promise<EventAt | null> {
  const event = await store.find(view, ownerId, id)
  const occurrence = event && occurrenceAt(event, at)
  return occurrence ? { event, occurrence } : null
}

/** `Fri 8:00 PM: Gig, at Bell's` */
function wordsOf({ event, occurrence }: EventAt, now: Date): string {
  const { title, location, timezone, isAllDay } = event
  const when = sayMoment(occurrence.startsAt, timezone, now)
  const where = location === null ? '' : ` (${location})`
  return `${isAllDay ? when.replace(/ \d+:\d+ [AP]M$/, '') : when}: ${title}${where}`
}

import * as calendar from '#domain/calendar'
import { stampOrNull } from '../dialect/stamp.ts'
import { presentEvent, presentEventsAt } from '../presenters/calendar-event.ts'
import { frame, gone, type On } from './frames.ts'

/** What apps see of their user's calendar. */
export function calendarFrames(on: On): void {
  on(calendar.CalendarChanged, async ({ view, event: { data } }) => {
    const { owner_id, event_id: id, change } = data
    const at = data.occurrence_at === null ? null : new Date(data.occurrence_at)
    const deleted = frame('calendar', 'calendar.event_deleted', { id, occurrence_at: stampOrNull(at) })
    if (change === 'deleted') return [deleted]
    const event = await gone(calendar.get(view, { id: owner_id }, id))
    return event
      ? [frame('calendar', `calendar.event_${change}`, { event: await presentEvent(view, event) })]
      : [deleted]
  })

  on(calendar.ReminderDue, async ({ view, event: { data } }) => {
    if (!data.via.includes('push')) return []
    const found = await calendar.eventAt(view, data.owner_id, data.event_id, new Date(data.occurrence_at))
    const [event] = found ? await presentEventsAt(view, [found]) : []
    return event ? [frame('calendar', 'calendar.reminder', { event })] : []
  })
}

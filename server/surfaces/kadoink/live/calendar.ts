import * as calendar from '#domain/calendar'
import { stampOrNull } from '../dialect/stamp.ts'
import { presentEvent } from '../presenters/calendar-event.ts'
import { frame, gone, type On } from './frames.ts'

/** What apps see of their user's calendar. */
export function calendarFrames(on: On): void {
  on(calendar.CalendarChanged, async ({ view, event: { data } }) => {
    const { owner_id, event_id: id, change } = data
    const at = data.occurrence_at === null ? null : new Date(data.occurrence_at)
    const deleted = frame('calendar', 'calendar.event_deleted', { id, occurrence_at: stampOrNull(at) })
    if (change === 'deleted') return [deleted]
    const event = await gone(calendar.get(view, { id: owner_id }, id))
    return event ? [frame('calendar', `calendar.event_${change}`, { event: presentEvent(event) })] : [deleted]
  })
}

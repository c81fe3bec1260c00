import type { Unit, View } from '#kit/unit'
import * as feeds from './feed-store.ts'
import * as store from './store.ts'

/** A person's account ends: their calendar is gone, and so is its address. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await feeds.remove(unit, userId)
  await store.removeAll(unit, userId)
}

/** The calendar of a person, as it was written. */
export async function portable(view: View, userId: string): Promise<readonly Record<string, unknown>[]> {
  const events = await store.listAll(view, userId)
  return events.map((event) => ({
    id: event.id,
    number: event.number,
    title: event.title,
    notes: event.notes,
    location: event.location,
    starts_at: event.startsAt.toISOString(),
    ends_at: event.endsAt?.toISOString() ?? null,
    all_day: event.isAllDay,
    timezone: event.timezone,
    repeat: event.repeat,
    removed_on: event.removedOn,
    reminder_minutes: event.reminderMinutes,
    remind_via: event.remindVia,
    action: event.action,
    created_at: event.createdAt.toISOString(),
    updated_at: event.updatedAt.toISOString(),
  }))
}

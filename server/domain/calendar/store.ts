import type { Knex } from 'knex'
import type { Unit, View } from '#kit/unit'
import type { Action, CalendarEvent, EventSettings, ReminderWay, Repeat, Series, Window } from './model.ts'

interface SeriesRow {
  readonly id: string
  readonly starts_at: Date
  readonly ends_at: Date | null
  readonly is_all_day: boolean
  readonly timezone: string
  readonly repeat: Repeat
  readonly removed_on: string[]
}

interface EventRow extends SeriesRow {
  readonly number: number
  readonly owner_id: string
  readonly title: string
  readonly notes: string | null
  readonly location: string | null
  readonly reminder_minutes: number | null
  readonly remind_via: ReminderWay[]
  readonly action: Action | null
  readonly created_at: Date
  readonly updated_at: Date
}

export async function find(view: View, ownerId: string, id: string): Promise<CalendarEvent | null> {
  return one(await of(view, ownerId).andWhere({ id }).first())
}

export async function findNumbered(view: View, ownerId: string, number: number): Promise<CalendarEvent | null> {
  return one(await of(view, ownerId).andWhere({ number }).first())
}

/** Lock an event until the unit ends. */
export async function lock(unit: Unit, ownerId: string, id: string): Promise<CalendarEvent | null> {
  return one(await of(unit, ownerId).andWhere({ id }).forUpdate().first())
}

/** What events of a person may take place within a window: only their times, by id. */
export async function seriesIn(
  view: View,
  ownerId: string,
  { from, to }: Window,
): Promise<ReadonlyMap<string, Series>> {
  const rows: SeriesRow[] = await of(view, ownerId)
    .andWhere('starts_at', '<', to)
    .andWhereRaw("(repeat <> 'none' or coalesce(ends_at, starts_at) >= ?)", [from])
    .select('id', 'starts_at', 'ends_at', 'is_all_day', 'timezone', 'repeat', 'removed_on')
  return new Map(rows.map((row) => [row.id, toSeries(row)] as const))
}

export async function byIds(
  view: View,
  ownerId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CalendarEvent>> {
  const rows: EventRow[] = await of(view, ownerId).whereIn('id', [...ids])
  return new Map(rows.map((row) => [row.id, fromRow(row)] as const))
}

/** All of a person's, the oldest first. */
export async function listAll(view: View, ownerId: string): Promise<readonly CalendarEvent[]> {
  const rows: EventRow[] = await of(view, ownerId).orderBy('id')
  return rows.map(fromRow)
}

export async function count(view: View, ownerId: string): Promise<number> {
  const [row] = await of(view, ownerId).count({ count: '*' })
  return Number(row?.count ?? 0)
}

/** Write an event down under the next number of its owner, who is held. */
export async function insert(unit: Unit, ownerId: string, id: string, settings: EventSettings): Promise<void> {
  const number = unit.sql.raw('(select coalesce(max(number), 0) + 1 from calendar_events where owner_id = ?)', [
    ownerId,
  ])
  await unit.sql('calendar_events').insert({
    id,
    owner_id: ownerId,
    number,
    ...toColumns(settings),
    created_at: unit.now,
    updated_at: unit.now,
  })
}

/** Write a locked event as it is now. */
export async function update(
  unit: Unit,
  event: Omit<CalendarEvent, 'number' | 'createdAt' | 'updatedAt'>,
): Promise<void> {
  const { id, ownerId, removedOn } = event
  await of(unit, ownerId)
    .andWhere({ id })
    .update({ ...toColumns(event), removed_on: [...removedOn], updated_at: unit.now })
}

/** Say when an event is to be looked at again for what lies too far ahead; null when nothing does. */
export async function setPlanAt(unit: Unit, id: string, planAt: Date | null): Promise<void> {
  await unit.sql('calendar_events').where({ id }).update({ plan_at: planAt })
}

/** Some events that are to be looked at by now, whosever they are, those first that have waited longest. */
export async function listToPlan(view: View, most: number): Promise<readonly Pick<CalendarEvent, 'id' | 'ownerId'>[]> {
  const rows: Pick<EventRow, 'id' | 'owner_id'>[] = await view
    .sql('calendar_events')
    .where('plan_at', '<=', view.now)
    .orderBy(['plan_at', 'id'])
    .limit(most)
    .select('id', 'owner_id')
  return rows.map((row) => ({ id: row.id, ownerId: row.owner_id }))
}

/** False when there was no such event. */
export async function remove(unit: Unit, ownerId: string, id: string): Promise<boolean> {
  return (await of(unit, ownerId).andWhere({ id }).delete()) === 1
}

export async function removeAll(unit: Unit, ownerId: string): Promise<void> {
  await of(unit, ownerId).delete()
}

function of(view: View, ownerId: string): Knex.QueryBuilder {
  return view.sql('calendar_events').where({ owner_id: ownerId })
}

function toColumns(settings: EventSettings) {
  const { title, notes, location, startsAt, endsAt, isAllDay, timezone, repeat, reminderMinutes, remindVia } = settings
  return {
    title,
    notes,
    location,
    starts_at: startsAt,
    ends_at: endsAt,
    is_all_day: isAllDay,
    timezone,
    repeat,
    reminder_minutes: reminderMinutes,
    remind_via: [...remindVia],
    action: settings.action && JSON.stringify(settings.action),
  }
}

function one(row: EventRow | undefined): CalendarEvent | null {
  return row ? fromRow(row) : null
}

function toSeries(row: SeriesRow): Series {
  return {
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    isAllDay: row.is_all_day,
    timezone: row.timezone,
    repeat: row.repeat,
    removedOn: row.removed_on,
  }
}

function fromRow(row: EventRow): CalendarEvent {
  return {
    ...toSeries(row),
    id: row.id,
    number: row.number,
    ownerId: row.owner_id,
    title: row.title,
    notes: row.notes,
    location: row.location,
    reminderMinutes: row.reminder_minutes,
    remindVia: row.remind_via,
    action: row.action,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

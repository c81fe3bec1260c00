import { hold, type User } from '#domain/accounts'
import { limitsOf, PlanLimitReached } from '#domain/billing'
import { secondsAfter } from '#kit/clock'
import { ValidationFailed } from '#kit/fault'
import { newId } from '#kit/id'
import { type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import { DAY_MS, momentOf, wallAt } from '#kit/zone'
import { checked } from './actions.ts'
import { CalendarChanged } from './events.ts'
import { EventNotFound, OccurrenceNotFound, TooManyRemoved } from './faults.ts'
import {
  type CalendarEvent,
  type EventAt,
  type EventChanges,
  type EventSettings,
  type NewEvent,
  type Occurrence,
  RULES,
  type Series,
  type Window,
} from './model.ts'
import { replan, unplan } from './planning.ts'
import { daysOf, occurrenceAt, occurrencesIn } from './repeats.ts'
import { assertAhead, settled } from './rules.ts'
import * as store from './store.ts'

const DAY_SECONDS = DAY_MS / 1000
/** What has something to do with when jobs are due, or whether: a job that was cancelled comes back with these. */
const PLANNED_BY = ['startsAt', 'timezone', 'isAllDay', 'repeat', 'reminderMinutes', 'action'] as const

/** The window that a list shows: from now and for 90 days unless it is said. Throws `ValidationFailed`. */
export function windowOf(now: Date, from: Date | null, to: Date | null): Window {
  const start = from ?? now
  const end = to ?? secondsAfter(start, RULES.windowDays * DAY_SECONDS)
  if (end <= start) throw ValidationFailed({ fields: { to: 'Send a time after `from`.' } })
  if (end.getTime() - start.getTime() > RULES.mostWindowDays * DAY_MS) {
    throw ValidationFailed({ fields: { to: `Ask for ${RULES.mostWindowDays} days at most.` } })
  }
  return { from: start, to: end < RULES.latest ? end : RULES.latest }
}

/** What takes place within a window, each time of what comes round, by when it starts. */
export async function list(view: View, owner: User, window: Window, request: PageRequest): Promise<Page<EventAt>> {
  const series = await store.seriesIn(view, owner.id, window)
  const times = timesIn(series, window, request.offset + request.limit + 1)
  const page = toPage(times.slice(request.offset), request, (time) => time)
  const events = await store.byIds(view, owner.id, [...new Set(page.items.map(({ id }) => id))])
  return {
    hasMore: page.hasMore,
    items: page.items.flatMap(({ id, occurrence }) => {
      const event = events.get(id)
      // One that has been deleted between the two questions is not shown.
      return event ? [{ event, occurrence }] : []
    }),
  }
}

/** What somebody has next: what is on now, and what comes within a year. */
export async function upcoming(view: View, owner: User, limit: number): Promise<Page<EventAt>> {
  const window = { from: view.now, to: secondsAfter(view.now, RULES.mostWindowDays * DAY_SECONDS) }
  return list(view, owner, window, { limit, offset: 0, beforeId: null })
}

/** An event. Throws `EventNotFound`, also for another person's. */
export async function get(view: View, owner: Pick<User, 'id'>, id: string): Promise<CalendarEvent> {
  const event = await store.find(view, owner.id, id)
  if (!event) throw EventNotFound()
  return event
}

/** The event that its owner calls by a number. Throws `EventNotFound`. */
export async function numbered(view: View, owner: User, number: number): Promise<CalendarEvent> {
  const event = await store.findNumbered(view, owner.id, number)
  if (!event) throw EventNotFound({ message: `You have no event ${number}.` })
  return event
}

/** How many events somebody has; one that comes round is one. */
export async function count(view: View, owner: Pick<User, 'id'>): Promise<number> {
  return store.count(view, owner.id)
}

/**
 * Put an event into somebody's calendar. Throws `ValidationFailed`, `ActionTargetNotFound`, `NotKtagOwner`,
 * `PlanLimitReached`: of events, and of jobs.
 */
export async function create(unit: Unit, owner: User, wanted: NewEvent): Promise<CalendarEvent> {
  await hold(unit, owner.id)
  const usual = {
    notes: null,
    location: null,
    endsAt: null,
    isAllDay: false,
    timezone: owner.timezone,
    repeat: 'none',
    reminderMinutes: null,
    remindVia: ['push'],
    action: null,
  } as const
  const settings = await kept(unit, owner, { ...usual, ...wanted }, wanted)
  const { maxCalendarEvents } = limitsOf(owner)
  if ((await store.count(unit, owner.id)) >= maxCalendarEvents) {
    throw PlanLimitReached({ message: `Your plan allows ${maxCalendarEvents} events in your calendar.` })
  }
  const id = newId()
  await store.insert(unit, owner.id, id, settings)
  const event = await get(unit, owner, id)
  tell(unit, owner.id, id, 'created')
  await replan(unit, owner, event, true)
  return event
}

/** Change an event, all its times. Throws `EventNotFound`, `JobRunning`, and what `create` throws of settings. */
export async function edit(unit: Unit, owner: User, id: string, changes: EventChanges): Promise<CalendarEvent> {
  const before = await locked(unit, owner, id)
  const settings = await kept(unit, owner, { ...before, ...moved(before, changes), ...changes }, changes)
  const series = { ...settings, removedOn: [] }
  // What was removed stays so where the event would still come round.
  const removedOn = settings.repeat === 'none' ? [] : daysOf(series, before.removedOn)
  await store.update(unit, { ...before, ...settings, removedOn })
  const event = await get(unit, owner, id)
  tell(unit, owner.id, id, 'updated')
  await replan(
    unit,
    owner,
    event,
    PLANNED_BY.some((one) => changes[one] !== undefined),
  )
  return event
}

/** Delete an event with all its times. Throws `EventNotFound`, `JobRunning`. */
export async function remove(unit: Unit, owner: User, id: string): Promise<void> {
  await locked(unit, owner, id)
  await unplan(unit, owner, id)
  await store.remove(unit, owner.id, id)
  tell(unit, owner.id, id, 'deleted')
}

/**
 * Delete one time of an event; of one that comes once, the event. Throws `EventNotFound`, `OccurrenceNotFound`,
 * `TooManyRemoved`, `JobRunning`.
 */
export async function removeOccurrence(unit: Unit, owner: User, id: string, at: Date): Promise<void> {
  const event = await locked(unit, owner, id)
  const occurrence = occurrenceAt(event, at)
  if (!occurrence) throw OccurrenceNotFound()
  if (event.repeat === 'none') return remove(unit, owner, id)
  if (event.removedOn.length >= RULES.mostRemoved) throw TooManyRemoved()
  const left = { ...event, removedOn: [...event.removedOn, occurrence.on] }
  await store.update(unit, left)
  await replan(unit, owner, left, false)
  tell(unit, owner.id, id, 'deleted', occurrence.startsAt)
}

/** An event of somebody, both locked: who plans, edits and leaves at once does so one after the other. */
async function locked(unit: Unit, owner: User, id: string): Promise<CalendarEvent> {
  await hold(unit, owner.id)
  const event = await store.lock(unit, owner.id, id)
  if (!event) throw EventNotFound()
  return event
}

/** Settings as they are kept, after every look that what is new about them needs. */
async function kept(view: View, owner: User, wanted: EventSettings, news: EventChanges): Promise<EventSettings> {
  const settings = settled(wanted)
  const { action, repeat } = settings
  if (!action) return settings
  const { startsAt, timezone, isAllDay } = news
  if ([news.action, news.repeat, startsAt, timezone, isAllDay].some((one) => one !== undefined)) {
    assertAhead(settings, view.now)
    if (repeat !== 'none' && !limitsOf(owner).hasRecurringJobs) {
      throw PlanLimitReached({ message: 'Your plan does nothing by itself again and again.' })
    }
  }
  return news.action ? { ...settings, action: await checked(view, owner, action) } : settings
}

/** Whole days stay the same days in another time zone. */
function moved(before: CalendarEvent, { timezone, startsAt, endsAt }: EventChanges): Partial<EventSettings> {
  if (!before.isAllDay || timezone === undefined) return {}
  const there = (moment: Date) => momentOf(timezone, wallAt(before.timezone, moment))
  return {
    ...(startsAt === undefined ? { startsAt: there(before.startsAt) } : {}),
    ...(endsAt === undefined ? { endsAt: before.endsAt && there(before.endsAt) } : {}),
  }
}

function tell(
  unit: Unit,
  ownerId: string,
  id: string,
  change: 'created' | 'updated' | 'deleted',
  occurrenceAt: Date | null = null,
): void {
  const facts = { owner_id: ownerId, event_id: id, change, occurrence_at: occurrenceAt?.toISOString() ?? null }
  unit.emit(CalendarChanged, facts, [`user:${ownerId}`])
}

interface Time {
  readonly id: string
  readonly occurrence: Occurrence
}

/**
 * The first so many times within a window, by when they start. The window is opened week by week, then wider and wider,
 * until enough is found: what lies behind is never worked out, however many events come round however often.
 */
function timesIn(all: ReadonlyMap<string, Series>, window: Window, enough: number): readonly Time[] {
  for (let days = 7; ; days *= 2) {
    const to = new Date(Math.min(window.from.getTime() + days * DAY_MS, window.to.getTime()))
    const found: Time[] = []
    for (const [id, series] of all) {
      for (const occurrence of occurrencesIn(series, { from: window.from, to })) found.push({ id, occurrence })
    }
    if (found.length < enough && to < window.to) continue
    return found.sort((one, other) => order(one, other))
  }
}

function order(one: Time, other: Time): number {
  return one.occurrence.startsAt.getTime() - other.occurrence.startsAt.getTime() || (one.id < other.id ? -1 : 1)
}

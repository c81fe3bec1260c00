import { holdPresent, type User, byId as userById } from '#domain/accounts'
import * as schedule from '#domain/schedule'
import { secondsAfter } from '#kit/clock'
import { Fault } from '#kit/fault'
import { attempt, type Database, type Unit, type View } from '#kit/unit'
import { commandOf } from './actions.ts'
import type { CalendarEvent } from './model.ts'
import { nextOccurrence } from './repeats.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
const DAY_SECONDS = 86_400
/** What lies further ahead than jobs may is looked at again when it has come this near. */
const NEAR_DAYS = schedule.RULES.mostDays - 5
/** A job that the plan has no room for is tried again after so long. */
const AGAIN_SECONDS = DAY_SECONDS
const AT_ONCE = 100

/** The two things that may be done for an event by itself. */
type Part = 'reminder' | 'action'

/** What a reminder is told to do, as its job keeps it. */
export interface ReminderTask {
  readonly do: 'remind'
  readonly eventId: string
  /** ISO 8601. */
  readonly occurrenceAt: string
}

type Wanted = Pick<schedule.NewJob, 'kind' | 'command' | 'summary' | 'recipients'> & {
  readonly at: Date
  readonly task: ReminderTask | null
}

/**
 * Have the jobs of an event be as it says now. What its owner has cancelled comes back when `adds`. Throws `JobRunning`
 * when one is being run that would be another, and what `schedule.add` throws.
 */
export async function replan(unit: Unit, owner: User, event: CalendarEvent, adds: boolean): Promise<void> {
  const jobs = await schedule.openOf(unit, owner, [event.id])
  let planAt: Date | null = null
  for (const part of ['reminder', 'action'] as const) {
    const job = jobs.find(({ kind }) => partOf(kind) === part) ?? null
    const wanted = nextOf(event, part, unit.now, job?.runAt ?? null)
    const later = job
      ? await follow(unit, owner, event, job, wanted)
      : wanted && adds
        ? await add(unit, owner, event, wanted)
        : null
    planAt = earlier(planAt, later)
  }
  await store.setPlanAt(unit, event.id, planAt)
}

/** Have nothing more be done for an event. Throws `JobRunning` when something is being done. */
export async function unplan(unit: Unit, owner: User, eventId: string): Promise<void> {
  for (const { id } of await schedule.openOf(unit, owner, [eventId])) await schedule.cancel(unit, owner, id)
}

/** A job of an event has come to its end: the next time of what comes round is scheduled. */
export async function goOn(unit: Unit, ownerId: string, jobId: string): Promise<void> {
  const job = await schedule.find(unit, ownerId, jobId)
  if (job === null || job.calendarEventId === null || !(await holdPresent(unit, ownerId))) return
  const owner = await userById(unit, ownerId)
  const event = owner && (await store.lock(unit, ownerId, job.calendarEventId))
  if (event) await fill(unit, owner, event, [partOf(job.kind)], job.runAt)
}

/** Schedule what has come near enough by now; each event in a unit of its own. */
export async function planDue(database: Database): Promise<void> {
  const due = await database.read((view) => store.listToPlan(view, AT_ONCE))
  for (const { id, ownerId } of due) {
    await database.write(async (unit) => {
      const owner = (await holdPresent(unit, ownerId)) ? await userById(unit, ownerId) : null
      const event = owner && (await store.lock(unit, ownerId, id))
      if (event) await fill(unit, owner, event, ['reminder', 'action'], null)
    })
  }
}

/** The job that is next for each of some events, by the event's id: that of its action before that of its reminder. */
export async function jobIds(
  view: View,
  owner: Pick<User, 'id'>,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const jobs = eventIds.length === 0 ? [] : await schedule.openOf(view, owner, eventIds)
  const sorted = [...jobs].sort((one) => (one.kind === 'reminder' ? -1 : 1))
  return new Map(sorted.map(({ calendarEventId, id }) => [calendarEventId ?? '', id] as const))
}

/** Add jobs that are missing, after a moment; what the plan has no room for is tried again later. */
async function fill(
  unit: Unit,
  owner: User,
  event: CalendarEvent,
  parts: readonly Part[],
  after: Date | null,
): Promise<void> {
  const jobs = await schedule.openOf(unit, owner, [event.id])
  const from = after && after > unit.now ? after : unit.now
  let planAt: Date | null = null
  for (const part of parts) {
    const wanted = jobs.some(({ kind }) => partOf(kind) === part) ? null : nextOf(event, part, from, null)
    if (!wanted) continue
    try {
      planAt = earlier(planAt, await attempt(unit, (inner) => add(inner, owner, event, wanted)))
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      planAt = earlier(planAt, secondsAfter(unit.now, AGAIN_SECONDS))
    }
  }
  // What the other part waits for is not forgotten.
  if (planAt || parts.length > 1) await store.setPlanAt(unit, event.id, planAt)
}

/** Schedule a job, or give when it will have come near enough for that. */
async function add(unit: Unit, owner: User, event: CalendarEvent, { at, ...job }: Wanted): Promise<Date | null> {
  const near = secondsAfter(at, -NEAR_DAYS * DAY_SECONDS)
  if (near > unit.now) return near
  const more = { source: 'calendar', timezone: event.timezone, calendarEventId: event.id } as const
  await schedule.add(unit, owner, { ...job, ...more, timing: { at } })
  return null
}

/** Have an open job be the one that is wanted; gives when that will have come near enough, if it has not. */
async function follow(
  unit: Unit,
  owner: User,
  event: CalendarEvent,
  job: schedule.Job,
  wanted: Wanted | null,
): Promise<Date | null> {
  if (!wanted || wanted.kind !== job.kind || wanted.at > secondsAfter(unit.now, NEAR_DAYS * DAY_SECONDS)) {
    await schedule.cancel(unit, owner, job.id)
    return wanted && add(unit, owner, event, wanted)
  }
  const isSameTime = wanted.at.getTime() === job.runAt.getTime()
  const { command, summary, recipients, task, at } = wanted
  const isSameTask = task?.occurrenceAt === (job.task as ReminderTask | null)?.occurrenceAt
  if (isSameTime && isSameTask && command === job.command && summary === job.summary) return null
  const timing = isSameTime ? {} : { timing: { at }, timezone: event.timezone }
  await schedule.change(unit, owner, job.id, { command, summary, recipients, task, ...timing })
  return null
}

/**
 * What is to be done next for an event: at the time that its job has, if that is still one of its times, or else a minute
 * ahead at least. Null when nothing is.
 */
function nextOf(event: CalendarEvent, part: Part, now: Date, jobAt: Date | null): Wanted | null {
  if (part === 'reminder' ? event.reminderMinutes === null : event.action === null) return null
  const lead = part === 'reminder' ? (event.reminderMinutes ?? 0) * MINUTE_MS : 0
  const from = (moment: Date) => nextOccurrence(event, new Date(moment.getTime() + lead))
  const kept = jobAt && from(jobAt)
  const isKept = jobAt && kept?.startsAt.getTime() === jobAt.getTime() + lead
  const occurrence = isKept ? kept : from(secondsAfter(now, schedule.RULES.leastSeconds))
  if (!occurrence) return null
  const at = new Date(occurrence.startsAt.getTime() - lead)
  if (part === 'action' && event.action) {
    const { type, to, ktag } = event.action
    const kind = type
    const summary = {
      text: `text ${to}`,
      call: `call ${to}`,
      grid_call: 'call grid',
      status: `status${ktag ? ` *${ktag}` : ''}`,
    }
    return { at, kind, command: commandOf(event.action), summary: summary[type], recipients: 0, task: null }
  }
  const summary = `remind ${event.title}`
  const task = { do: 'remind', eventId: event.id, occurrenceAt: occurrence.startsAt.toISOString() } as const
  return { at, kind: 'reminder', command: summary, summary, recipients: 1, task }
}

function partOf(kind: schedule.JobKind): Part {
  return kind === 'reminder' ? 'reminder' : 'action'
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (!one || !other) return one ?? other
  return one < other ? one : other
}

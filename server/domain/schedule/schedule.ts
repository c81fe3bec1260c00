import { hold, type User } from '#domain/accounts'
import { limitsOf, PlanLimitReached } from '#domain/billing'
import { secondsAfter } from '#kit/clock'
import { ValidationFailed } from '#kit/fault'
import { newId } from '#kit/id'
import type { Page, PageRequest } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import { nextTime } from '#kit/when'
import { JobChanged } from './events.ts'
import { JobFinished, JobNotFound, JobRunning, TimeInPast } from './faults.ts'
import { isOver, type Job, type JobFilter, type NewJob, RULES, type Timing } from './model.ts'
import * as store from './store.ts'

/**
 * Have something happen at a time, or whenever it comes round. Whether its owner may do it is for the caller to ask, and
 * is asked again when it is done. Throws `TimeInPast`, `PlanLimitReached`, `ValidationFailed`.
 */
export async function add(unit: Unit, owner: User, wanted: NewJob): Promise<Job> {
  await hold(unit, owner.id)
  const { timezone = owner.timezone, task = null, calendarEventId = null, timing, ...job } = wanted
  const runAt = firstTime(unit, owner, timing, timezone)
  if (job.kind !== 'reminder') {
    const most = limitsOf(owner).maxScheduledJobs
    if ((await store.countOpen(unit, owner.id)) >= most) {
      throw PlanLimitReached({ message: `Your plan allows ${most} scheduled jobs.` })
    }
  }
  const id = newId()
  const repeat = timing.repeat ?? null
  await store.insert(unit, { ...job, id, ownerId: owner.id, task, runAt, timezone, repeat, calendarEventId })
  announce(unit, { id, ownerId: owner.id }, 'created')
  return get(unit, owner, id)
}

/**
 * Change what a waiting job does, or when. Throws `JobNotFound`, `JobRunning`, `JobFinished`, and what `add` throws of
 * times.
 */
export async function change(
  unit: Unit,
  owner: User,
  id: string,
  changes: Partial<Pick<NewJob, 'command' | 'task' | 'summary' | 'recipients' | 'timing' | 'timezone'>>,
): Promise<Job> {
  const job = await lockWaiting(unit, owner, id)
  const { timing, timezone = job.timezone, ...same } = changes
  const times = timing
    ? { runAt: firstTime(unit, owner, timing, timezone), repeat: timing.repeat ?? null, timezone }
    : {}
  await store.change(unit, id, { ...same, ...times })
  announce(unit, job, 'updated')
  return get(unit, owner, id)
}

/** Have something not happen. Throws `JobNotFound`; `JobRunning`, `JobFinished` when it is too late for that. */
export async function cancel(unit: Unit, owner: Pick<User, 'id'>, id: string): Promise<Job> {
  const job = await lockWaiting(unit, owner, id)
  await store.advance(unit, id, { state: 'cancelled', wakeAt: null })
  announce(unit, job, 'cancelled')
  return get(unit, owner, id)
}

/** One job. Throws `JobNotFound`, also for another person's. */
export async function get(view: View, owner: Pick<User, 'id'>, id: string): Promise<Job> {
  const job = await store.find(view, owner.id, id)
  if (!job) throw JobNotFound()
  return job
}

/** One job; null when there is none, or none any more. */
export async function find(view: View, ownerId: string, id: string): Promise<Job | null> {
  return store.find(view, ownerId, id)
}

/** The jobs of some calendar events that are not over. */
export async function openOf(
  view: View,
  owner: Pick<User, 'id'>,
  calendarEventIds: readonly string[],
): Promise<readonly Job[]> {
  return store.listOpenOf(view, owner.id, calendarEventIds)
}

/** The job that its owner calls by a number. Throws `JobNotFound`. */
export async function byNumber(view: View, owner: User, number: number): Promise<Job> {
  const job = await store.findByNumber(view, owner.id, number)
  if (!job) throw JobNotFound({ message: `You have no job ${number}.` })
  return job
}

/** The job that its owner has scheduled last, of those that still wait. Throws `JobNotFound`. */
export async function newest(view: View, owner: User): Promise<Job> {
  const job = await store.findNewestWaiting(view, owner.id)
  if (!job) throw JobNotFound({ message: 'Nothing is scheduled.' })
  return job
}

/** A person's jobs by their time, the next first. */
export async function list(view: View, owner: User, filter: JobFilter, request: PageRequest): Promise<Page<Job>> {
  return store.list(view, owner.id, filter, request)
}

/** How many jobs somebody has that count against their plan. */
export async function count(view: View, owner: Pick<User, 'id'>): Promise<number> {
  return store.countOpen(view, owner.id)
}

/** Tell of a job on its owner's channel. */
export function announce(
  unit: Unit,
  { id, ownerId }: Pick<Job, 'id' | 'ownerId'>,
  change: 'created' | 'updated' | 'started' | 'completed' | 'failed' | 'cancelled',
  facts: { readonly ran_at?: string; readonly error?: string } = {},
): void {
  unit.emit(JobChanged, { job_id: id, owner_id: ownerId, change, ...facts }, [`user:${ownerId}`])
}

/**
 * A job that waits, locked until the unit ends. Whoever runs one holds its row until the end of that, so what is being
 * run is seen before it is waited for.
 */
async function lockWaiting(unit: Unit, owner: Pick<User, 'id'>, id: string): Promise<Job> {
  assertWaiting(await get(unit, owner, id))
  const job = await store.lock(unit, owner.id, id)
  if (!job) throw JobNotFound()
  assertWaiting(job)
  return job
}

function assertWaiting(job: Job): void {
  if (job.state === 'running') throw JobRunning()
  if (isOver(job)) throw JobFinished()
}

function firstTime(unit: Unit, owner: User, { at, repeat }: Timing, timezone: string): Date {
  if (repeat) {
    if (!limitsOf(owner).hasRecurringJobs) {
      throw PlanLimitReached({ message: 'What comes round by itself is part of Plus.' })
    }
    return nextTime(repeat, timezone, unit.now)
  }
  if (at < secondsAfter(unit.now, RULES.leastSeconds)) throw TimeInPast()
  // What lies so far ahead that it is no date any more compares as nothing at all.
  if (!(at <= secondsAfter(unit.now, RULES.mostDays * 86_400))) {
    throw ValidationFailed({ message: `Name a time that is at most ${RULES.mostDays} days ahead.` })
  }
  return at
}

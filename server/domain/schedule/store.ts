import type { Knex } from 'knex'
import { type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import type { Recurrence } from '#kit/when'
import { type Claim, type Job, type JobFilter, type JobState, RULES } from './model.ts'

interface JobRow {
  readonly id: string
  readonly owner_id: string
  readonly number: number
  readonly kind: Job['kind']
  readonly command: string
  readonly task: unknown
  readonly summary: string
  readonly recipients: number
  readonly run_at: Date
  readonly timezone: string
  readonly repeat_on: Recurrence['on'] | null
  readonly repeat_time: string | null
  readonly state: JobState
  readonly fence: string
  readonly attempts: number
  readonly source: Job['source']
  readonly calendar_event_id: string | null
  readonly error: string | null
  readonly created_at: Date
}

/** A job that has just been taken: which attempt it is, and how late. */
export interface Taken {
  readonly job: Job
  readonly claim: Claim
  readonly attempts: number
  readonly lateSeconds: number
}

/** What a job becomes. */
export interface Step {
  readonly state: JobState
  /** When it is to be looked at next; null when it is over. */
  readonly wakeAt: Date | null
  readonly runAt?: Date
  readonly error?: string | null
  /** A new time begins: attempts are counted from nought again. */
  readonly isFresh?: boolean
}

/** Write a job down under the next number of its owner, who is held. */
export async function insert(unit: Unit, job: Omit<Job, 'number' | 'state' | 'error' | 'createdAt'>): Promise<void> {
  const number = unit.sql.raw('(select coalesce(max(number), 0) + 1 from scheduled_jobs where owner_id = ?)', [
    job.ownerId,
  ])
  await unit.sql('scheduled_jobs').insert({
    id: job.id,
    owner_id: job.ownerId,
    number,
    kind: job.kind,
    command: job.command,
    task: job.task === null ? null : JSON.stringify(job.task),
    summary: job.summary,
    recipients: job.recipients,
    run_at: job.runAt,
    timezone: job.timezone,
    repeat_on: job.repeat?.on ?? null,
    repeat_time: job.repeat?.time ?? null,
    state: 'scheduled',
    wake_at: job.runAt,
    source: job.source,
    calendar_event_id: job.calendarEventId,
    created_at: unit.now,
    updated_at: unit.now,
  })
}

export async function find(view: View, ownerId: string, id: string): Promise<Job | null> {
  return fromRow(await jobsOf(view, ownerId).andWhere({ id }).first())
}

/** One job of its owner, locked until the unit ends. */
export async function lock(unit: Unit, ownerId: string, id: string): Promise<Job | null> {
  return fromRow(await jobsOf(unit, ownerId).andWhere({ id }).forNoKeyUpdate().first())
}

export async function findByNumber(view: View, ownerId: string, number: number): Promise<Job | null> {
  return fromRow(await jobsOf(view, ownerId).andWhere({ number }).first())
}

/** The job that was scheduled last of those that still wait. */
export async function findNewestWaiting(view: View, ownerId: string): Promise<Job | null> {
  return fromRow(await jobsOf(view, ownerId).andWhere({ state: 'scheduled' }).orderBy('number', 'desc').first())
}

/** Whose a job is; null when it is gone. */
export async function ownerOf(view: View, id: string): Promise<string | null> {
  const row: Pick<JobRow, 'owner_id'> | undefined = await view.sql('scheduled_jobs').where({ id }).first('owner_id')
  return row?.owner_id ?? null
}

/** By the time at which they run, the next first. */
export async function list(
  view: View,
  ownerId: string,
  { state, kind }: JobFilter,
  request: PageRequest,
): Promise<Page<Job>> {
  const query = jobsOf(view, ownerId)
  if (state) query.andWhere({ state })
  if (kind) query.andWhere({ kind })
  const rows = await query
    .orderBy([{ column: 'run_at' }, { column: 'id' }])
    .limit(request.limit + 1)
    .offset(request.offset)
  return toPage(rows, request, toJob)
}

/** The jobs of some calendar events that are not over, by their time. */
export async function listOpenOf(view: View, ownerId: string, eventIds: readonly string[]): Promise<readonly Job[]> {
  const rows = await jobsOf(view, ownerId)
    .whereIn('calendar_event_id', [...eventIds])
    .whereNotNull('wake_at')
    .orderBy([{ column: 'run_at' }, { column: 'id' }])
  return rows.map(toJob)
}

/** How many jobs somebody has that are not over; reminders are counted with the calendar. */
export async function countOpen(view: View, ownerId: string): Promise<number> {
  const [row] = await view
    .sql('scheduled_jobs')
    .where({ owner_id: ownerId })
    .whereNot({ kind: 'reminder' })
    .whereNotNull('wake_at')
    .count({ many: '*' })
  return Number(row?.many ?? 0)
}

/** Every job, for operators: those in some state, the next first. */
export async function listAll(view: View, states: readonly JobState[], most: number): Promise<readonly Job[]> {
  const rows: JobRow[] = await view
    .sql('scheduled_jobs')
    .whereIn('state', [...states])
    .orderBy([{ column: 'run_at' }, { column: 'id' }])
    .limit(most)
  return rows.map(toJob)
}

/**
 * Take some jobs that are due by the database's clock, whatever that of this process says: those whose time has come,
 * and those that somebody took and has not ended in time. What is locked is being run, and left alone. The clock is read
 * once, so that only what is due is read of all that waits.
 */
export async function take(unit: Unit, most: number): Promise<readonly Taken[]> {
  const { rows } = await unit.sql.raw<{ rows: (JobRow & { late_seconds: number })[] }>(
    `with due as (
       select id from scheduled_jobs
        where wake_at <= (select ${CLOCK})
        order by wake_at, id
        limit :most
        for no key update skip locked
     )
     update scheduled_jobs jobs
        set state = 'running', fence = fence + 1, attempts = attempts + 1,
            wake_at = ${CLOCK} + make_interval(secs => :lease), updated_at = :now
       from due where jobs.id = due.id
     returning jobs.*, cast(extract(epoch from ${CLOCK} - run_at) as float) as late_seconds`,
    { most, lease: RULES.leaseSeconds, now: unit.now, moved: movedSeconds(unit) },
  )
  return rows
    .map((row) => ({
      job: toJob(row),
      claim: { id: row.id, fence: row.fence },
      attempts: row.attempts,
      lateSeconds: row.late_seconds,
    }))
    .sort((one, other) => one.job.runAt.getTime() - other.job.runAt.getTime())
}

/** A job that is still in the hands of whoever took it, locked until the unit ends; null when it is not. */
export async function lockClaimed(
  unit: Unit,
  { id, fence }: Claim,
): Promise<{ readonly job: Job; readonly attempts: number } | null> {
  const row: JobRow | undefined = await unit
    .sql('scheduled_jobs')
    .where({ id, fence, state: 'running' })
    .forNoKeyUpdate()
    .first()
    .options({ name: 'claimed_job' })
  return row ? { job: toJob(row), attempts: row.attempts } : null
}

/** Move a job on; the caller holds its row. */
export async function advance(unit: Unit, id: string, { state, wakeAt, ...step }: Step): Promise<void> {
  const { runAt = null, error = null, isFresh = false } = step
  await unit.sql
    .raw(
      `update scheduled_jobs
          set state = :state, wake_at = cast(:wakeAt as timestamptz), updated_at = :now,
              run_at = coalesce(cast(:runAt as timestamptz), run_at),
              error = case when cast(:hasError as boolean) then cast(:error as text) else error end,
              attempts = case when cast(:isFresh as boolean) then 0 else attempts end
        where id = :id`,
      { id, state, wakeAt, runAt, hasError: step.error !== undefined, error, isFresh, now: unit.now },
    )
    .options({ name: 'advance_job' })
}

/** Change what a waiting job does or when; the caller holds its row. */
export async function change(
  unit: Unit,
  id: string,
  changes: Partial<Pick<Job, 'command' | 'task' | 'summary' | 'recipients' | 'runAt' | 'timezone' | 'repeat'>>,
): Promise<void> {
  const { runAt, repeat, task, ...same } = changes
  await unit
    .sql('scheduled_jobs')
    .where({ id })
    .update({
      ...same,
      ...(task === undefined ? {} : { task: task === null ? null : JSON.stringify(task) }),
      ...(runAt === undefined ? {} : { run_at: runAt, wake_at: runAt, attempts: 0 }),
      ...(repeat === undefined ? {} : { repeat_on: repeat?.on ?? null, repeat_time: repeat?.time ?? null }),
      updated_at: unit.now,
    })
}

/** The time by the database's clock. */
export async function timeOf(view: View): Promise<Date> {
  const { rows } = await view.sql.raw<{ rows: { at: Date }[] }>(`select ${CLOCK} as at`, { moved: movedSeconds(view) })
  return rows[0]?.at ?? view.now
}

/** In how many seconds a worker is to look again, by the database's clock; null when nothing waits. */
export async function secondsToNext(view: View): Promise<number | null> {
  const { rows } = await view.sql.raw<{ rows: { seconds: number | null }[] }>(
    `select cast(extract(epoch from min(wake_at) - ${CLOCK}) as float) as seconds
       from scheduled_jobs where wake_at is not null`,
    { moved: movedSeconds(view) },
  )
  return rows[0]?.seconds ?? null
}

/** Forget jobs that were over before a moment; of each owner the last number stays, so that none is given twice. */
export async function deleteBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql.raw(
    `delete from scheduled_jobs old where wake_at is null and updated_at < :moment
      and exists (select from scheduled_jobs newer where newer.owner_id = old.owner_id and newer.number > old.number)`,
    { moment },
  )
}

/** Delete everything that a person has scheduled. */
export async function removeAll(unit: Unit, ownerId: string): Promise<void> {
  await unit.sql('scheduled_jobs').where({ owner_id: ownerId }).delete()
}

/** Everything that a person has scheduled, in order. */
export async function allOf(view: View, ownerId: string): Promise<readonly Job[]> {
  return (await jobsOf(view, ownerId).orderBy('number')).map(toJob)
}

/** The database's clock, with what tests have moved ours by. */
const CLOCK = 'clock_timestamp() + make_interval(secs => :moved)'

function movedSeconds({ movedMs = 0 }: View): number {
  return movedMs / 1000
}

function jobsOf(view: View, ownerId: string): Knex.QueryBuilder<JobRow, JobRow[]> {
  return view.sql<JobRow, JobRow[]>('scheduled_jobs').where({ owner_id: ownerId })
}

function fromRow(row: JobRow | undefined): Job | null {
  return row ? toJob(row) : null
}

function toJob(row: JobRow): Job {
  const { repeat_on: on, repeat_time: time } = row
  return {
    id: row.id,
    ownerId: row.owner_id,
    number: row.number,
    kind: row.kind,
    command: row.command,
    task: row.task,
    summary: row.summary,
    recipients: row.recipients,
    runAt: row.run_at,
    timezone: row.timezone,
    repeat: on === null || time === null ? null : { on, time },
    state: row.state,
    source: row.source,
    calendarEventId: row.calendar_event_id,
    error: row.error,
    createdAt: row.created_at,
  }
}

import type { Recurrence } from '#kit/when'

export const JOB_KINDS = ['text', 'status', 'call', 'grid_call', 'reminder'] as const
/** What a job does when its time has come. */
export type JobKind = (typeof JOB_KINDS)[number]

export const JOB_STATES = ['scheduled', 'running', 'done', 'failed', 'cancelled'] as const
/** `scheduled` → `running` → `done` or `failed`; one that comes round is `scheduled` again after each run. */
export type JobState = (typeof JOB_STATES)[number]

/** Where a job came from. */
export type JobSource = 'command' | 'sms' | 'calendar' | 'api'

/** Something that is to happen by itself at a time. */
export interface Job {
  readonly id: string
  readonly ownerId: string
  /** What its owner calls it by; no two of theirs have the same. */
  readonly number: number
  readonly kind: JobKind
  /** The command that is run, in its canonical form. */
  readonly command: string
  /** What is done instead, where the command says less than was ordered; its form is known to whoever runs it. */
  readonly task: unknown
  /** The command without what people have to say: `text #band`. */
  readonly summary: string
  /** How many would have heard of it when it was scheduled. */
  readonly recipients: number
  /** Of a job that comes round, the next time. */
  readonly runAt: Date
  /** IANA time zone by which it comes round. */
  readonly timezone: string
  readonly repeat: Recurrence | null
  readonly state: JobState
  readonly source: JobSource
  readonly calendarEventId: string | null
  /** The word of the refusal; of a job that comes round, of its last run. */
  readonly error: string | null
  readonly createdAt: Date
}

/** When something is to happen: once, or whenever it comes round. */
export type Timing = { readonly at: Date; readonly repeat?: null } | { readonly repeat: Recurrence; readonly at?: null }

/** A job that is to be written down. */
export interface NewJob extends Pick<Job, 'kind' | 'command' | 'summary' | 'recipients' | 'source'> {
  readonly timing: Timing
  readonly task?: unknown
  /** The owner's own, when left out. */
  readonly timezone?: string
  readonly calendarEventId?: string
}

/** A job that somebody has taken to run it. */
export interface Claim {
  readonly id: string
  /** Good until somebody else takes the job. */
  readonly fence: string
}

/** What a list of jobs may be narrowed to. */
export interface JobFilter {
  readonly state?: JobState | undefined
  readonly kind?: JobKind | undefined
}

export const RULES = {
  /** A job must lie this far ahead at least, and this many days at most. */
  leastSeconds: 60,
  mostDays: 365,
  /** What has become later than this is not done any more. */
  lateSeconds: 15 * 60,
  lateCallSeconds: 5 * 60,
  /** Who has a job and does not end it in this time has lost it to whoever comes by; a lock keeps it while it is run. */
  leaseSeconds: 10,
  /** So often is a job begun that never ends. */
  attempts: 5,
  /** The pause after the first attempt; each further one is twice as long. */
  pauseSeconds: 2,
  /** Ended jobs are kept for so long. */
  keptSeconds: 90 * 86_400,
} as const

/** Whether nothing more will become of a job. */
export function isOver({ state }: Pick<Job, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}

/** How late a job may be done. */
export function latestSeconds({ kind }: Pick<Job, 'kind'>): number {
  return kind === 'call' || kind === 'grid_call' ? RULES.lateCallSeconds : RULES.lateSeconds
}

import type { User } from '#domain/accounts'
import { byId as userById, byIds as usersByIds } from '#domain/accounts'
import { limitsOf } from '#domain/billing'
import { queue } from '#domain/texts'
import { secondsAfter } from '#kit/clock'
import { Fault, InternalError } from '#kit/fault'
import { Kept, type Unit, type View } from '#kit/unit'
import { nextTime } from '#kit/when'
import { type Claim, type Job, latestSeconds, RULES } from './model.ts'
import { announce } from './schedule.ts'
import * as store from './store.ts'
import { failureOf } from './wording.ts'

/** Why a job was not done: a word for programs, a sentence for its owner. */
interface Reason {
  readonly code: string
  readonly sentence: string
}

const MISSED: Reason = { code: 'missed', sentence: 'Kadoink was not up at the time, and now it is too late.' }
const GAVE_UP: Reason = { code: 'gave_up', sentence: 'It was begun several times and never came to an end.' }
const NO_REPEATS: Reason = { code: 'plan_limit_reached', sentence: 'What comes round by itself is part of Plus.' }
const UNVERIFIED: Reason = { code: 'mobile_unverified', sentence: 'Your mobile number is not verified.' }
const SUSPENDED: Reason = { code: 'account_suspended', sentence: 'Your account is suspended.' }

/**
 * Take some jobs that are due by the database's clock, to be run with `run` one by one. What is too late, or has been
 * begun too often, ends here instead.
 */
export async function takeDue(unit: Unit, most: number): Promise<readonly Claim[]> {
  const taken = await store.take(unit, most)
  const owners = await usersByIds(unit, [...new Set(taken.map(({ job }) => job.ownerId))])
  const claims: Claim[] = []
  for (const { job, claim, attempts, lateSeconds } of taken) {
    const owner = owners.get(job.ownerId) ?? null
    if (attempts > RULES.attempts) await fail(unit, job, owner, GAVE_UP)
    else if (lateSeconds > latestSeconds(job)) await fail(unit, job, owner, MISSED)
    else {
      if (attempts === 1) announce(unit, job, 'started')
      claims.push(claim)
    }
  }
  return claims
}

/** In how many seconds something is due, by the database's clock; null when nothing waits, nought or less when it is. */
export async function secondsToNext(view: View): Promise<number | null> {
  return store.secondsToNext(view)
}

/**
 * Run a job that was taken, in the unit in which it ends: either both are, or neither. `work` does it for its owner; a
 * fault that it throws must have undone what it wrote, and fails the job. False when somebody else has taken the job
 * since. What may go well in a moment, and what is no fault, is thrown: see `release`.
 */
export async function run(
  unit: Unit,
  claim: Claim,
  work: (owner: User, job: Job) => Promise<unknown>,
): Promise<boolean> {
  const held = await store.lockClaimed(unit, claim)
  if (!held) return false
  const { job } = held
  const owner = await userById(unit, job.ownerId)
  const reason = standing(owner, job)
  if (reason || !owner) {
    await fail(unit, job, owner, reason ?? SUSPENDED)
    return true
  }
  try {
    await work(owner, job)
    await succeed(unit, job)
  } catch (error) {
    const fault = error instanceof Kept ? error.fault : error
    if (!(fault instanceof Fault) || isPassing(fault)) throw error
    await fail(unit, job, owner, reasonOf(fault))
  }
  return true
}

/** Give back a job whose run broke off: it is tried again after a pause, and fails when that has happened too often. */
export async function release(unit: Unit, claim: Claim, error: unknown): Promise<void> {
  const held = await store.lockClaimed(unit, claim)
  if (!held) return
  const { job, attempts } = held
  if (attempts < RULES.attempts) {
    const pause = RULES.pauseSeconds * 2 ** (attempts - 1)
    const wakeAt = secondsAfter(await store.timeOf(unit), pause)
    await store.advance(unit, job.id, { state: 'scheduled', wakeAt })
    return
  }
  const fault = error instanceof Kept ? error.fault : error
  const reason = reasonOf(fault instanceof Fault ? fault : InternalError())
  await fail(unit, job, await userById(unit, job.ownerId), reason)
}

async function succeed(unit: Unit, job: Job): Promise<void> {
  await end(unit, job, 'done', null, true)
  announce(unit, job, 'completed', { ran_at: job.runAt.toISOString() })
}

/**
 * A job was not done. Its owner is told, by text too; of one that comes round only when the time before went well, so
 * that nobody is texted the same every day. Its next time is kept, unless the plan has no such jobs any more.
 */
async function fail(unit: Unit, job: Job, owner: User | null, reason: Reason): Promise<void> {
  await end(unit, job, 'failed', reason.code, reason !== NO_REPEATS)
  announce(unit, job, 'failed', { ran_at: job.runAt.toISOString(), error: reason.code })
  if (!owner?.mobile || !owner.mobileVerifiedAt || owner.suspendedAt) return
  if (job.repeat && job.error !== null) return
  await queue(unit, { phone: owner.mobile, body: failureOf(job, reason.sentence, unit.now), purpose: 'job failed' })
}

/** A job ends, or waits for its next time: times that have gone by meanwhile are left out. */
async function end(
  unit: Unit,
  job: Job,
  state: 'done' | 'failed',
  error: string | null,
  comesRound: boolean,
): Promise<void> {
  if (!job.repeat || !comesRound) {
    await store.advance(unit, job.id, { state, wakeAt: null, error })
    return
  }
  const now = await store.timeOf(unit)
  const runAt = nextTime(job.repeat, job.timezone, now > job.runAt ? now : job.runAt)
  await store.advance(unit, job.id, { state: 'scheduled', wakeAt: runAt, runAt, error, isFresh: true })
}

/** What is in the way of any job of this owner; null when nothing is. */
function standing(owner: User | null, job: Job): Reason | null {
  if (!owner || owner.suspendedAt) return SUSPENDED
  if (owner.mobile === null || owner.mobileVerifiedAt === null) return UNVERIFIED
  return job.repeat && !limitsOf(owner).hasRecurringJobs ? NO_REPEATS : null
}

/** Whether the same may go well in a moment: a line that is busy, a service that is away. */
function isPassing({ type }: Fault): boolean {
  return type.kind === 'exhausted' || type.kind === 'unavailable'
}

function reasonOf(fault: Fault): Reason {
  const code = fault.type.kind === 'missing' ? 'target_gone' : fault.type.code
  return { code, sentence: fault.message }
}

import { excerpt } from '#kit/excerpt'
import { sayMoment, sayRecurrence } from '#kit/when'
import type { Job } from './model.ts'

/** A failure's text stays within two segments. */
const LONGEST_REASON = 160
const LONGEST_SUMMARY = 60

/** A job in a line of text: `Fri 6:00 PM, text #band (3)`. */
export function lineOf(job: Pick<Job, 'runAt' | 'timezone' | 'repeat' | 'summary' | 'recipients'>, now: Date): string {
  const many = job.recipients > 0 ? ` (${job.recipients})` : ''
  return `${whenOf(job, now)}, ${excerpt(job.summary, LONGEST_SUMMARY)}${many}`
}

/** What the owner of a job that has failed is texted. */
export function failureOf(job: Job, sentence: string, now: Date): string {
  const what = `${whenOf(job, now)}, ${excerpt(job.summary, LONGEST_SUMMARY)}`
  return `Job ${job.number} (${what}) was not done: ${excerpt(sentence, LONGEST_REASON)}`
}

function whenOf({ runAt, timezone, repeat }: Pick<Job, 'runAt' | 'timezone' | 'repeat'>, now: Date): string {
  return repeat ? sayRecurrence(repeat) : sayMoment(runAt, timezone, now)
}

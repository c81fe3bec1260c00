import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { printRecurrence } from '#kit/when'
import { RULES } from './model.ts'
import * as store from './store.ts'

/** Nothing of what a person has scheduled happens any more: they are leaving. What is running ends before this does. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await store.removeAll(unit, userId)
}

/** What a person has scheduled, for their export. */
export async function portable(view: View, userId: string): Promise<readonly Record<string, unknown>[]> {
  return (await store.allOf(view, userId)).map((job) => ({
    id: job.id,
    number: job.number,
    kind: job.kind,
    command: job.command,
    summary: job.summary,
    recipients: job.recipients,
    run_at: job.runAt.toISOString(),
    timezone: job.timezone,
    repeat: job.repeat && printRecurrence(job.repeat),
    status: job.state,
    source: job.source,
    calendar_event_id: job.calendarEventId,
    error: job.error,
    created_at: job.createdAt.toISOString(),
  }))
}

/** Forget jobs that have been over for long. */
export async function tidy(unit: Unit): Promise<void> {
  await store.deleteBefore(unit, secondsAfter(unit.now, -RULES.keptSeconds))
}

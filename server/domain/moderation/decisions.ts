import { unhide } from '#domain/tags'
import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { ReportNotFound } from './faults.ts'
import { type Report, RULES } from './model.ts'
import * as store from './store.ts'

const MOST_SHOWN = 100

/** What is to be decided, the oldest first. */
export async function queue(view: View): Promise<readonly Report[]> {
  return store.listOpen(view, MOST_SHOWN)
}

/** One report by its number. Throws `ReportNotFound`. */
export async function byNo(view: View, no: string): Promise<Report> {
  const report = await store.findByNo(view, no)
  if (!report) throw ReportNotFound()
  return report
}

/**
 * Decide of a report, and with it of all that are open about the same thing; gives how many. A tag that was hidden for
 * reports that are dismissed is found again; one of which they are upheld stays hidden. Throws `ReportNotFound`.
 */
export async function decide(unit: Unit, no: string, state: 'dismissed' | 'upheld'): Promise<number> {
  const { targetType: type, targetId: id } = await byNo(unit, no)
  await store.lockTarget(unit, { type, id })
  const decided = await store.decide(unit, { type, id }, state)
  if (type === 'ktag' && state === 'dismissed' && decided > 0) await unhide(unit, id)
  return decided
}

/** Forget where reports came from that were decided long ago. */
export async function tidy(unit: Unit): Promise<void> {
  await store.forgetSources(unit, secondsAfter(unit.now, -RULES.keptSeconds))
}

/** An account ends: what it reported was reported by nobody, and what is reported of it needs no decision any more. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await store.forgetReporter(unit, userId)
  await store.forgetOwner(unit, userId)
}

/** What is kept of a person's reports: those that they have made. */
export async function portable(view: View, userId: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await store.allBy(view, userId)).map((report) => ({
    target_type: report.targetType,
    target_id: report.targetId,
    reason: report.reason,
    details: report.details,
    status: report.state,
    created_at: report.createdAt.toISOString(),
  }))
}

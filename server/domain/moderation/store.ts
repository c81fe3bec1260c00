import { networkOf } from '#kit/network'
import type { Unit, View } from '#kit/unit'
import type { Reason, Report, Reporter, ReportState, Target, TargetType } from './model.ts'

interface ReportRow {
  readonly id: string
  readonly no: string
  readonly reporter: string
  readonly reporter_id: string | null
  readonly reporter_email: string | null
  readonly target_type: TargetType
  readonly target_id: string
  readonly owner_id: string | null
  readonly excerpt: string | null
  readonly reason: Reason
  readonly details: string | null
  readonly state: ReportState
  readonly created_at: Date
}

type Named = Pick<Target, 'type' | 'id'>

/** Others who report the same thing, or decide about it, wait until the unit ends. */
export async function lockTarget(unit: Unit, { type, id }: Named): Promise<void> {
  await unit.sql.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`report ${type} ${id}`])
}

/** Whether something is reported and nothing has been decided yet. */
export async function hasOpen(view: View, target: Named): Promise<boolean> {
  return (await open(view, target).first('id')) !== undefined
}

/** Write a report down; null when the same reporter has one open about the same thing. */
export async function insert(
  unit: Unit,
  report: {
    readonly id: string
    readonly target: Target
    readonly reporter: Reporter
    readonly reason: Reason
    readonly details: string | null
  },
): Promise<Report | null> {
  const { target, reporter } = report
  const rows = await unit
    .sql('abuse_reports')
    .insert({
      id: report.id,
      reporter: nameOf(reporter),
      reporter_id: reporter.user?.id ?? null,
      reporter_email: reporter.user ? null : reporter.email,
      reporter_ip: reporter.ip,
      target_type: target.type,
      target_id: target.id,
      owner_id: target.ownerId,
      excerpt: target.excerpt,
      reason: report.reason,
      details: report.details,
      counts: reporter.user?.mobileVerifiedAt != null,
      created_at: unit.now,
    })
    .onConflict(unit.sql.raw("(target_type, target_id, reporter) where state = 'open'") as never)
    .ignore()
    .returning<ReportRow[]>('*')
  return fromRow(rows[0])
}

/** How many people have reported something since a moment, but for what was dismissed. */
export async function countPeople(view: View, { type, id }: Named, since: Date): Promise<number> {
  const [row] = await view
    .sql('abuse_reports')
    .where({ target_type: type, target_id: id, counts: true })
    .whereNot({ state: 'dismissed' })
    .andWhere('created_at', '>', since)
    .countDistinct({ count: 'reporter_id' })
  return Number(row?.count ?? 0)
}

export async function find(view: View, id: string): Promise<Report | null> {
  return fromRow(await view.sql<ReportRow>('abuse_reports').where({ id }).first())
}

export async function findByNo(view: View, no: string): Promise<Report | null> {
  return fromRow(await view.sql<ReportRow>('abuse_reports').where({ no }).first())
}

/** The reports that nothing has been decided of, the oldest first. */
export async function listOpen(view: View, most: number): Promise<readonly Report[]> {
  const rows: ReportRow[] = await view.sql('abuse_reports').where({ state: 'open' }).orderBy('no').limit(most)
  return rows.map(toReport)
}

/** Decide of everything that is open about a thing; gives how many reports that were. */
export async function decide(unit: Unit, target: Named, state: 'dismissed' | 'upheld'): Promise<number> {
  return open(unit, target).update({ state, decided_at: unit.now })
}

/** Everything that a person has reported, in order. */
export async function allBy(view: View, userId: string): Promise<readonly Report[]> {
  const rows: ReportRow[] = await view.sql('abuse_reports').where({ reporter_id: userId }).orderBy('no')
  return rows.map(toReport)
}

/** Nobody knows any more that it was this person who reported. What they reported stays, with what they said of it. */
export async function forgetReporter(unit: Unit, userId: string): Promise<void> {
  await unit
    .sql('abuse_reports')
    .where({ reporter_id: userId })
    .update({
      reporter: unit.sql.raw("'gone ' || id"),
      reporter_id: null,
      reporter_email: null,
      reporter_ip: null,
      counts: false,
    })
}

/** What is reported of a person needs no decision any more; nothing of what they had is kept. */
export async function forgetOwner(unit: Unit, userId: string): Promise<void> {
  await unit.sql('abuse_reports').where({ owner_id: userId }).update({ excerpt: null })
  await unit
    .sql('abuse_reports')
    .where({ owner_id: userId, state: 'open' })
    .update({ state: 'dismissed', decided_at: unit.now })
}

/** Forget where reports came from that were decided before a moment. */
export async function forgetSources(unit: Unit, moment: Date): Promise<void> {
  await unit
    .sql('abuse_reports')
    .where('decided_at', '<', moment)
    .whereNotNull('reporter_ip')
    .update({ reporter: unit.sql.raw("'gone ' || id"), reporter_ip: null, reporter_email: null })
}

/** Who reports, in one word: visitors by the address that they gave, else by where they come from. */
function nameOf({ user, email, ip }: Reporter): string {
  if (user) return `user ${user.id}`
  return email === null ? `ip ${networkOf(ip)}` : `mail ${email}`
}

function open(view: View, { type, id }: Named) {
  return view.sql('abuse_reports').where({ target_type: type, target_id: id, state: 'open' })
}

function fromRow(row: ReportRow | undefined): Report | null {
  return row ? toReport(row) : null
}

function toReport(row: ReportRow): Report {
  return {
    id: row.id,
    no: row.no,
    targetType: row.target_type,
    targetId: row.target_id,
    ownerId: row.owner_id,
    excerpt: row.excerpt,
    reporterId: row.reporter_id,
    reporterEmail: row.reporter_email,
    reason: row.reason,
    details: row.details,
    state: row.state,
    createdAt: row.created_at,
  }
}

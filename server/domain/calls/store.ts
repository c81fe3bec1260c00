import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { type Call, RANK, RULES } from './model.ts'

/** A call as the table holds it. */
export interface CallRow {
  readonly id: string
  readonly host_id: string
  readonly kind: Call['kind']
  readonly group_id: string | null
  readonly ktag_id: string | null
  readonly status: Call['status']
  readonly privacy: Call['privacy']
  readonly title: string | null
  readonly pin: string | null
  readonly max_participants: number
  readonly max_seconds: number
  readonly mute_on_join: boolean
  readonly created_at: Date
  readonly started_at: Date | null
  readonly ends_by: Date | null
  readonly ended_at: Date | null
  readonly end_reason: string | null
}

/** Open a call; null when its host has one open already, or another open call has its PIN. */
export async function openCall(unit: Unit, call: Call): Promise<Call | null> {
  const rows: CallRow[] = await unit
    .sql('calls')
    .insert({
      id: call.id,
      host_id: call.hostId,
      kind: call.kind,
      group_id: call.groupId,
      ktag_id: call.ktagId,
      status: call.status,
      privacy: call.privacy,
      title: call.title,
      pin: call.pin,
      max_participants: call.maxParticipants,
      max_seconds: call.maxSeconds,
      created_at: unit.now,
    })
    .onConflict()
    .ignore()
    .returning('*')
  return rows[0] ? callFromRow(rows[0]) : null
}

/** Whether a person hosts a call that is not over. */
export async function isHosting(view: View, userId: string): Promise<boolean> {
  return (await view.sql('calls').where({ host_id: userId }).whereNull('ended_at').first('id')) !== undefined
}

export async function findCall(view: View, id: string): Promise<Call | null> {
  const row: CallRow | undefined = await view.sql('calls').where({ id }).first()
  return row ? callFromRow(row) : null
}

/** Lock a call: whoever changes a call or its participants holds this first. */
export async function lockCall(unit: Unit, id: string): Promise<Call | null> {
  const row: CallRow | undefined = await unit.sql('calls').where({ id }).forUpdate().first()
  return row ? callFromRow(row) : null
}

/**
 * The open call that a person is on, or else hosts, or else is being called into. A host who has left an open call
 * still hosts it: only they can end it for all, and they can start no other one before.
 */
export async function findActiveId(view: View, userId: string): Promise<string | null> {
  const row: { id: string } | undefined = await view
    .sql('calls')
    .join('participants', 'participants.call_id', 'calls.id')
    .whereNull('calls.ended_at')
    .andWhere('participants.user_id', userId)
    .andWhere((seen) =>
      seen
        .where('participants.role', 'host')
        .orWhere((rung) => rung.whereNull('participants.left_at').andWhere('participants.rank', '>', RANK.queued)),
    )
    .orderByRaw('(participants.rank = ?) desc, participants.role desc, calls.id desc', [RANK.joined])
    .first('calls.id')
  return row?.id ?? null
}

/** The open call of a person's whole grid. */
export async function findGridCallId(view: View, hostId: string): Promise<string | null> {
  const open = view.sql('calls').where({ host_id: hostId, kind: 'grid' }).whereNull('ended_at')
  const row: { id: string } | undefined = await open.first('id')
  return row?.id ?? null
}

/** The call that goes on and that a person hosts; null when there is none. */
export async function findHosted(view: View, hostId: string): Promise<Call | null> {
  const row: CallRow | undefined = await view
    .sql('calls')
    .where({ host_id: hostId, status: 'in_progress' })
    .whereNull('ended_at')
    .first()
  return row ? callFromRow(row) : null
}

/** The open call that has this PIN. */
export async function findOpenByPin(view: View, pin: string): Promise<string | null> {
  const row: { id: string } | undefined = await view.sql('calls').where({ pin }).whereNull('ended_at').first('id')
  return row?.id ?? null
}

export async function updateCall(unit: Unit, id: string, changes: Record<string, unknown>): Promise<Call> {
  const rows: CallRow[] = await unit.sql('calls').where({ id }).update(changes).returning('*')
  if (!rows[0]) throw new Error('A locked call is gone.')
  return callFromRow(rows[0])
}

/** Open calls that are past their time, and those whose host has not come in time or could not even be rung. */
export async function overdueCalls(view: View): Promise<readonly string[]> {
  const rungBefore = secondsAfter(view.now, -RULES.hostGivesUpSeconds)
  const queuedBefore = secondsAfter(view.now, -RULES.hostWaitsSeconds)
  return view
    .sql('calls')
    .join('participants', 'participants.call_id', 'calls.id')
    .where('participants.role', 'host')
    .whereNull('calls.ended_at')
    .andWhere((late) =>
      late
        .where('calls.ends_by', '<=', view.now)
        .orWhere((silent) =>
          silent
            .where('calls.status', 'dialing')
            .andWhereRaw(
              'case when participants.dialed_at is null then participants.queued_at < ? else participants.dialed_at < ? end',
              [queuedBefore, rungBefore],
            ),
        ),
    )
    .limit(100)
    .pluck('calls.id')
}

/** A call as the domain sees it. */
export function callFromRow(row: CallRow): Call {
  return {
    id: row.id,
    hostId: row.host_id,
    kind: row.kind,
    groupId: row.group_id,
    ktagId: row.ktag_id,
    status: row.status,
    privacy: row.privacy,
    title: row.title,
    pin: row.pin,
    maxParticipants: row.max_participants,
    maxSeconds: row.max_seconds,
    muteOnJoin: row.mute_on_join,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endsBy: row.ends_by,
    endedAt: row.ended_at,
    endReason: row.end_reason,
  }
}

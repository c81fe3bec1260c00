import { cancelLegs } from '#domain/turns'
import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { type Call, type Participant, type ParticipantStatus, RANK, RULES } from './model.ts'

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

/** A participant as the table holds them. */
export interface ParticipantRow {
  readonly id: string
  readonly call_id: string
  readonly role: Participant['role']
  readonly contact_id: string | null
  readonly user_id: string | null
  readonly ktag_id: string | null
  readonly name: string | null
  readonly phone: string
  readonly status: ParticipantStatus
  readonly muted: boolean
  readonly muted_by_host: boolean
  readonly on_hold: boolean
  readonly is_removed: boolean
  readonly grid_position: number | null
  readonly reason: string | null
  readonly sip_code: number | null
  readonly attempt: number
  readonly carrier_call_id: string | null
  readonly leg_secret: string
  readonly joined_at: Date | null
  readonly left_at: Date | null
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

export async function listParticipants(view: View, callId: string): Promise<readonly Participant[]> {
  const rows: ParticipantRow[] = await view
    .sql('participants')
    .where({ call_id: callId })
    .orderByRaw("(role = 'host') desc, id")
  return rows.map(participantFromRow)
}

export async function findParticipant(view: View, id: string): Promise<Participant | null> {
  const row: ParticipantRow | undefined = await view.sql('participants').where({ id }).first()
  return row ? participantFromRow(row) : null
}

export async function findByCarrierCall(view: View, carrierCallId: string): Promise<Participant | null> {
  const row: ParticipantRow | undefined = await view
    .sql('participants')
    .where({ carrier_call_id: carrierCallId })
    .first()
  return row ? participantFromRow(row) : null
}

/** Change what does not move a participant on. */
export async function updateParticipant(
  unit: Unit,
  id: string,
  changes: Record<string, unknown>,
): Promise<Participant> {
  const rows: ParticipantRow[] = await unit.sql('participants').where({ id }).update(changes).returning('*')
  if (!rows[0]) throw new Error('A participant of a locked call is gone.')
  return participantFromRow(rows[0])
}

/** What a new participant is made of. */
export interface NewParticipant {
  readonly id: string
  readonly callId: string
  readonly role: Participant['role']
  readonly contactId: string | null
  readonly userId: string | null
  /** The tag by which they are called. */
  readonly ktagId?: string | null
  /** The person whose one seat this takes now; guests take theirs when they join. */
  readonly occupiesUserId: string | null
  readonly name: string | null
  readonly phone: string
  readonly direction: 'outbound' | 'inbound'
  readonly status: ParticipantStatus
  readonly reason?: string | null
  readonly legSecret: string
  readonly gridPosition?: number | null
}

/** Insert a participant; null when the number is on this call, or the person on another one, already. */
export async function insertParticipant(unit: Unit, wanted: NewParticipant): Promise<Participant | null> {
  const rows: ParticipantRow[] = await unit
    .sql('participants')
    .insert({
      id: wanted.id,
      call_id: wanted.callId,
      role: wanted.role,
      contact_id: wanted.contactId,
      user_id: wanted.userId,
      ktag_id: wanted.ktagId ?? null,
      occupies_user_id: wanted.occupiesUserId,
      name: wanted.name,
      phone: wanted.phone,
      direction: wanted.direction,
      status: wanted.status,
      rank: RANK[wanted.status],
      reason: wanted.reason ?? null,
      leg_secret: wanted.legSecret,
      grid_position: wanted.gridPosition ?? null,
      queued_at: unit.now,
      left_at: RANK[wanted.status] === 5 ? unit.now : null,
    })
    .onConflict()
    .ignore()
    .returning('*')
  return rows[0] ? participantFromRow(rows[0]) : null
}

/**
 * Move a participant to a status of higher rank; null when they are there or beyond. Whoever comes to an end waits for
 * no turn any more, on whatever way they came to it.
 */
export async function advance(
  unit: Unit,
  id: string,
  status: ParticipantStatus,
  also: Record<string, unknown> = {},
): Promise<Participant | null> {
  const rank = RANK[status]
  const rows: ParticipantRow[] = await unit
    .sql('participants')
    .where({ id })
    .andWhere('rank', '<', rank)
    .update({ status, rank, ...(rank === 5 ? { left_at: unit.now, occupies_user_id: null } : {}), ...also })
    .returning('*')
  if (rows[0] && rank === 5) await cancelLegs(unit, [id])
  return rows[0] ? participantFromRow(rows[0]) : null
}

/** Join, in a savepoint: the index that keeps a person to one call may refuse (null), and the unit must live on. */
export async function takeSeat(
  unit: Unit,
  participant: Participant,
  also: Record<string, unknown>,
): Promise<Participant | null> {
  try {
    return await unit.sql.transaction((sql) =>
      advance({ ...unit, sql }, participant.id, 'joined', {
        ...also,
        joined_at: unit.now,
        occupies_user_id: participant.userId,
      }),
    )
  } catch (error) {
    if (error instanceof Error && 'constraint' in error && error.constraint === 'participants_one_call_per_user')
      return null
    throw error
  }
}

/** Remember the carrier's name of an attempt's leg, the first time we hear it. */
export async function nameLeg(unit: Unit, id: string, attempt: number, carrierCallId: string): Promise<void> {
  await unit
    .sql('participants')
    .where({ id, attempt })
    .whereNull('carrier_call_id')
    .update({ carrier_call_id: carrierCallId })
}

/** From when on a leg counts as being dialled: what it has waited in a queue is no silence. */
export async function countDialFrom(unit: Unit, id: string, moment: Date): Promise<void> {
  await unit.sql('participants').where({ id }).update({ dialed_at: moment })
}

/** Whether a person sits on some call as host or joined guest. */
export async function isOccupied(view: View, userId: string): Promise<boolean> {
  return (await view.sql('participants').where({ occupies_user_id: userId }).first('id')) !== undefined
}

export async function recordRefusal(unit: Unit, callerId: string, phone: string): Promise<void> {
  await unit
    .sql('call_refusals')
    .insert({ caller_id: callerId, phone, refused_at: unit.now })
    .onConflict(['caller_id', 'phone'])
    .ignore()
}

/** Whether this caller, or enough different ones, have been refused by the person at this number. */
export async function isRefused(view: View, callerId: string, phone: string, enough: number): Promise<boolean> {
  const callers: string[] = await view.sql('call_refusals').where({ phone }).pluck('caller_id')
  return callers.includes(callerId) || callers.length >= enough
}

/** Those of some numbers at which `isRefused` would be true. */
export async function refusedPhones(
  view: View,
  callerId: string,
  phones: readonly string[],
  enough: number,
): Promise<ReadonlySet<string>> {
  const refused: string[] = await view
    .sql('call_refusals')
    .whereIn('phone', [...phones])
    .groupBy('phone')
    .havingRaw('count(*) >= ? or bool_or(caller_id = ?)', [enough, callerId])
    .pluck('phone')
  return new Set(refused)
}

/**
 * The user ids that hear of a call: the host, who dialled in, and who has been rung. Whoever only waits to be rung, or
 * is declined without a ring because they refused this caller, is told nothing.
 */
export async function audience(view: View, callId: string): Promise<readonly string[]> {
  return view
    .sql('participants')
    .where({ call_id: callId })
    .whereNotNull('user_id')
    .andWhere((met) => met.where({ role: 'host' }).orWhere({ direction: 'inbound' }).orWhereNotNull('dialed_at'))
    .distinct()
    .pluck('user_id')
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

/** Legs that were dialled long ago and never came to anything. */
export async function overdueLegs(view: View, seconds: number): Promise<readonly Participant[]> {
  const rows: ParticipantRow[] = await view
    .sql('participants')
    .whereNull('left_at')
    .whereIn('rank', [RANK.dialing, RANK.ringing, RANK.screening])
    .andWhere('dialed_at', '<', secondsAfter(view.now, -seconds))
    .limit(100)
  return rows.map(participantFromRow)
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

/** A participant as the domain sees them. */
export function participantFromRow(row: ParticipantRow): Participant {
  return {
    id: row.id,
    callId: row.call_id,
    role: row.role,
    contactId: row.contact_id,
    userId: row.user_id,
    ktagId: row.ktag_id,
    name: row.name,
    phone: row.phone,
    status: row.status,
    muted: row.muted,
    mutedByHost: row.muted_by_host,
    onHold: row.on_hold,
    isRemoved: row.is_removed,
    gridPosition: row.grid_position,
    reason: row.reason,
    sipCode: row.sip_code,
    attempt: row.attempt,
    carrierCallId: row.carrier_call_id,
    legSecret: row.leg_secret,
    joinedAt: row.joined_at,
    leftAt: row.left_at,
  }
}

import { cancelLegs } from '#domain/turns'
import { secondsAfter } from '#kit/clock'
import { brokenRule, type Unit, type View } from '#kit/unit'
import { type Participant, type ParticipantStatus, RANK } from './model.ts'

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
  readonly is_invited: boolean
  readonly grid_position: number | null
  readonly reason: string | null
  readonly sip_code: number | null
  readonly attempt: number
  readonly carrier_call_id: string | null
  readonly leg_secret: string
  readonly joined_at: Date | null
  readonly left_at: Date | null
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

/** Those who are being rung because they asked to come in, and not because the host has called them. */
export async function listComing(view: View, callId: string): Promise<readonly Participant[]> {
  const rows: ParticipantRow[] = await view
    .sql('participants')
    .where({ call_id: callId, is_invited: false })
    .andWhere('rank', '<', RANK.joined)
    .orderBy('id')
  return rows.map(participantFromRow)
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
  /** False for those who come by themselves. */
  readonly isInvited?: boolean
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
      is_invited: wanted.isInvited ?? true,
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
    if (brokenRule(error) === 'participants_one_call_per_user') return null
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
    isInvited: row.is_invited,
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

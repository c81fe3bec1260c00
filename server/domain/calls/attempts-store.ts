import { brokenRule, type Unit, type View } from '#kit/unit'
import { type Participant, type ParticipantStatus, RANK } from './model.ts'
import { type ParticipantRow, participantFromRow } from './participants-store.ts'

/** How somebody who was on a call comes to be on it again. */
export interface NewAttempt {
  readonly direction: 'outbound' | 'inbound'
  readonly status: ParticipantStatus
  readonly legSecret: string
  /** Known for those who dial us. */
  readonly carrierCallId: string | null
  /** The person whose one seat this takes now; whoever is rung takes theirs on joining. */
  readonly occupiesUserId: string | null
  /** The host calls them, whoever they came by before. */
  readonly isInvited?: true
}

/** The indexes that may refuse an attempt, and what it means. */
const REFUSALS: Readonly<Record<string, 'live' | 'elsewhere'>> = {
  participants_one_live_leg_per_phone: 'live',
  participants_one_call_per_user: 'elsewhere',
}

/**
 * Begin another attempt of a participant who is over, with a leg of its own. `live` when the number is on this call
 * already, `elsewhere` when the person is on another one. What the host has muted stays muted.
 */
export async function beginAttempt(
  unit: Unit,
  participant: Participant,
  wanted: NewAttempt,
): Promise<Participant | 'live' | 'elsewhere'> {
  try {
    return await unit.sql.transaction(async (sql) => {
      const rows: ParticipantRow[] = await sql('participants')
        .where({ id: participant.id, attempt: participant.attempt, rank: RANK.left })
        .update({
          attempt: participant.attempt + 1,
          direction: wanted.direction,
          status: wanted.status,
          rank: RANK[wanted.status],
          leg_secret: wanted.legSecret,
          carrier_call_id: wanted.carrierCallId,
          occupies_user_id: wanted.occupiesUserId,
          queued_at: unit.now,
          answered_at: null,
          joined_at: null,
          left_at: null,
          reason: null,
          sip_code: null,
          is_removed: false,
          ...(wanted.isInvited && { is_invited: true }),
          muted: sql.ref('muted_by_host'),
          muted_sequence: 0,
          on_hold: false,
          hold_sequence: 0,
          control_no: 0,
          control_done: 0,
          control_ordered_at: null,
          controlled_at: null,
        })
        .returning('*')
      return rows[0] ? participantFromRow(rows[0]) : 'live'
    })
  } catch (error) {
    const constraint = brokenRule(error) ?? ''
    const refusal = REFUSALS[constraint]
    if (refusal === undefined) throw error
    return refusal
  }
}

/** Who was last on a call with this phone, in whatever state. */
export async function latestByPhone(view: View, callId: string, phone: string): Promise<Participant | null> {
  const row: ParticipantRow | undefined = await view
    .sql('participants')
    .where({ call_id: callId, phone })
    .orderBy([
      { column: 'queued_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .first()
  return row ? participantFromRow(row) : null
}

/** The calls, still going on, that somebody with this phone was on, the one that they left last first. */
export async function callsLeftBy(view: View, phone: string): Promise<readonly string[]> {
  return view
    .sql('participants')
    .join('calls', 'calls.id', 'participants.call_id')
    .where({ 'participants.phone': phone, 'participants.status': 'left', 'calls.status': 'in_progress' })
    .whereNull('calls.ended_at')
    .orderBy('participants.left_at', 'desc')
    .limit(10)
    .pluck('calls.id')
}

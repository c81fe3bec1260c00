import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import type { ParticipantStatus } from './model.ts'

/** A leg that the carrier has named, as the table holds it. */
export interface LegRow {
  readonly id: string
  readonly leg_secret: string
  readonly carrier_call_id: string
  readonly left_at: Date | null
}

/** Somebody who counts as joined. */
export interface JoinedRow {
  readonly id: string
  readonly call_id: string
  readonly carrier_call_id: string
  readonly muted: boolean
  readonly muted_sequence: number
  readonly missed_at: Date | null
}

const LEG = ['id', 'leg_secret', 'carrier_call_id', 'left_at'] as const
/** So many legs are looked after at once; beyond that the oldest go first. */
const MOST_LEGS = 10_000

/** Legs that are not over and that the carrier has named. */
export async function liveLegs(view: View): Promise<readonly LegRow[]> {
  return view
    .sql('participants')
    .whereNull('left_at')
    .whereNotNull('carrier_call_id')
    .orderBy('id')
    .limit(MOST_LEGS)
    .select(LEG)
}

/** The legs among some of the carrier's calls. */
export async function legsAmong(view: View, carrierCallIds: readonly string[]): Promise<readonly LegRow[]> {
  return view
    .sql('participants')
    .whereRaw('carrier_call_id = any(?)', [[...carrierCallIds]])
    .select(LEG)
}

/** Who counts as joined since before a moment, in one open call or in all of them. */
export async function joined(view: View, before: Date, callId?: string): Promise<readonly JoinedRow[]> {
  const query = view
    .sql('participants')
    .join('calls', 'calls.id', 'participants.call_id')
    .whereNull('calls.ended_at')
    .andWhere({ 'participants.status': 'joined' satisfies ParticipantStatus })
    .whereNotNull('participants.carrier_call_id')
    .andWhere('participants.joined_at', '<', before)
    .orderBy('participants.call_id')
    .limit(MOST_LEGS)
    .select(
      'participants.id',
      'participants.call_id',
      'participants.carrier_call_id',
      'participants.muted',
      'participants.muted_sequence',
      'participants.missed_at',
    )
  if (callId !== undefined) query.andWhere({ 'participants.call_id': callId })
  return query
}

/** Which of some calls have been over for a while. */
export async function endedAmong(view: View, callIds: readonly string[], seconds: number): Promise<readonly string[]> {
  return view
    .sql('calls')
    .whereRaw('id = any(cast(? as uuid[]))', [[...callIds]])
    .andWhere('ended_at', '<', secondsAfter(view.now, -seconds))
    .pluck('id')
}

/** Note that somebody's room was seen without them; gives since when it has been. Null when they are not joined. */
export async function noteMissing(unit: Unit, id: string): Promise<Date | null> {
  const rows: { missed_at: Date }[] = await unit
    .sql('participants')
    .where({ id, status: 'joined' satisfies ParticipantStatus })
    .update({ missed_at: unit.sql.raw('coalesce(missed_at, ?)', [unit.now]) })
    .returning('missed_at')
  return rows[0]?.missed_at ?? null
}

/** Somebody was seen in their room. */
export async function notePresent(unit: Unit, id: string): Promise<void> {
  await unit.sql('participants').where({ id }).whereNotNull('missed_at').update({ missed_at: null })
}

/** Mark somebody as muted or not, unless a report of it was heard since `sequence`; false when nothing changes. */
export async function correctMuted(unit: Unit, id: string, muted: boolean, sequence: number): Promise<boolean> {
  const changed = await unit
    .sql('participants')
    .where({ id, muted_sequence: sequence, status: 'joined' satisfies ParticipantStatus })
    .whereNot({ muted })
    .update({ muted })
  return changed === 1
}

import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import type { Participant, ParticipantStatus } from './model.ts'

/** A leg that the carrier has named, as the table holds it. */
export interface LegRow {
  readonly id: string
  readonly leg_secret: string
  readonly carrier_call_id: string
  readonly role: Participant['role']
  readonly left_at: Date | null
  /** Why the call ended; null while it goes on. */
  readonly end_reason: string | null
}

/** Somebody who counts as joined, and all that is known of how they are heard. */
export interface JoinedRow {
  readonly id: string
  readonly call_id: string
  readonly attempt: number
  readonly carrier_call_id: string
  readonly muted: boolean
  readonly on_hold: boolean
  readonly muted_sequence: number
  readonly hold_sequence: number
  readonly control_no: number
  readonly control_done: number
  readonly missed_at: Date | null
}

const JOINED = [
  'id',
  'call_id',
  'attempt',
  'carrier_call_id',
  'muted',
  'on_hold',
  'muted_sequence',
  'hold_sequence',
  'control_no',
  'control_done',
  'missed_at',
] as const

/** So many legs are looked after at once; beyond that the oldest go first. */
const MOST_LEGS = 10_000

/** Legs that are not over and that the carrier has named. */
export async function liveLegs(view: View): Promise<readonly LegRow[]> {
  return legs(view)
    .whereNull('participants.left_at')
    .whereNotNull('participants.carrier_call_id')
    .orderBy('participants.id')
    .limit(MOST_LEGS)
}

/** The legs among some of the carrier's calls. */
export async function legsAmong(view: View, carrierCallIds: readonly string[]): Promise<readonly LegRow[]> {
  return legs(view).whereRaw('participants.carrier_call_id = any(?)', [[...carrierCallIds]])
}

function legs(view: View) {
  return view
    .sql('participants')
    .join('calls', 'calls.id', 'participants.call_id')
    .select(
      ...['id', 'leg_secret', 'carrier_call_id', 'role', 'left_at'].map((column) => `participants.${column}`),
      'calls.end_reason',
    )
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
    .select(JOINED.map((column) => `participants.${column}`))
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

/** Somebody who counts as joined, as they are now; null when they do not any more, or again in another attempt. */
export async function findJoined(unit: Unit, id: string, attempt: number): Promise<JoinedRow | null> {
  const row: JoinedRow | undefined = await unit
    .sql('participants')
    .where({ id, attempt, status: 'joined' satisfies ParticipantStatus })
    .first([...JOINED])
  return row ?? null
}

/** Note that somebody's room was seen without them; gives since when it has been, in this stay of theirs. */
export async function noteMissing(unit: Unit, id: string): Promise<Date> {
  const [row]: { missed_at: Date }[] = await unit
    .sql('participants')
    .where({ id })
    .update({ missed_at: unit.sql.raw('case when missed_at > joined_at then missed_at else ? end', [unit.now]) })
    .returning('missed_at')
  return row?.missed_at ?? unit.now
}

/** Somebody was seen in their room. */
export async function notePresent(unit: Unit, id: string): Promise<void> {
  await unit.sql('participants').where({ id }).update({ missed_at: null })
}

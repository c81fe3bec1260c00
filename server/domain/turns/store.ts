import { newId } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import type { Ring, Turn, WantedTurn } from './model.ts'

interface TurnRow {
  readonly id: string
  readonly owner: string
  readonly call_id: string | null
  readonly participant_id: string | null
  readonly challenge_id: string | null
  readonly send: number | null
  readonly callback_id: string | null
}

/**
 * Everybody who waits, in the order in which turns are given out: what is urgent, then by rounds. The nth turn of each
 * owner belongs to the nth round, and within a round owners come in the order of their last turns. Giving out the first
 * of it again and again gives out all of it in this order, so that `place` is an honest forecast.
 */
const FAIR_ORDER = `
  waiting as (
    select id, owner, is_urgent, call_id, participant_id, queued_at,
           row_number() over (partition by is_urgent, owner order by queued_at, id) as round
      from ring_turns
     where state = 'waiting' and (expires_at is null or expires_at > :now)
  ),
  owners as (
    select owner, (select max(released_at) from ring_turns given
                    where given.owner = asking.owner and given.released_at is not null) as last_turn_at
      from (select distinct owner from waiting) asking
  ),
  ordered as (
    select waiting.*, row_number() over (
             order by is_urgent desc, round, last_turn_at nulls first, queued_at, id) as place
      from waiting join owners using (owner)
  )`

/** Insert turns; what waits already stays where it is. */
export async function insert(unit: Unit, wanted: readonly WantedTurn[]): Promise<void> {
  const rows = wanted.map(({ owner, isUrgent, ring, expiresAt = null }) => ({
    id: newId(),
    owner,
    is_urgent: isUrgent,
    state: 'waiting',
    ...columnsOf(ring),
    queued_at: unit.now,
    expires_at: expiresAt,
  }))
  await unit.sql('ring_turns').insert(rows).onConflict().ignore()
}

/** Void the turns that these legs were given and that came to nothing. */
export async function voidReleased(unit: Unit, wanted: readonly WantedTurn[]): Promise<void> {
  const legs = wanted.flatMap(({ ring }) => (ring.kind === 'leg' ? [ring.participantId] : []))
  if (legs.length === 0) return
  await unit
    .sql('ring_turns')
    .whereIn('participant_id', legs)
    .andWhere({ state: 'released' })
    .update({ state: 'cancelled' })
}

/** Close what legs wait for, with us or with the carrier. */
export async function cancelLegs(unit: Unit, participantIds: readonly string[]): Promise<void> {
  await unit
    .sql('ring_turns')
    .whereIn('participant_id', [...participantIds])
    .andWhere((open) =>
      open
        .whereIn('state', ['waiting', 'released'])
        .orWhere((atTheCarrier) => atTheCarrier.where({ state: 'done' }).andWhere('starts_at', '>', unit.now)),
    )
    .update({ state: 'cancelled' })
}

export async function cancelCodes(unit: Unit, challengeIds: readonly string[]): Promise<void> {
  await unit
    .sql('ring_turns')
    .whereIn('challenge_id', [...challengeIds])
    .whereIn('state', ['waiting', 'released'])
    .update({ state: 'cancelled' })
}

export async function cancelCallbacks(unit: Unit, callbackIds: readonly string[]): Promise<void> {
  await unit
    .sql('ring_turns')
    .whereIn('callback_id', [...callbackIds])
    .whereIn('state', ['waiting', 'released'])
    .update({ state: 'cancelled' })
}

/** The one row of the rate. */
export interface Rate {
  readonly releasedAt: Date | null
}

/** The rate, locked until the unit ends. */
export async function lockRate(unit: Unit): Promise<Rate> {
  const row: { released_at: Date | null } = await unit.sql('ring_rate').forUpdate().first('released_at')
  return { releasedAt: row.released_at }
}

export async function noteRelease(unit: Unit): Promise<void> {
  await unit.sql('ring_rate').update({ released_at: unit.now })
}

/** The rate, and whether anybody waits. */
export async function readRate(view: View): Promise<Rate & { readonly isAnyoneWaiting: boolean }> {
  const { rows } = await view.sql.raw<{ rows: { released_at: Date | null; waits: boolean }[] }>(
    `select released_at, exists (
       select 1 from ring_turns where state = 'waiting' and (expires_at is null or expires_at > :now)) as waits
       from ring_rate`,
    { now: view.now },
  )
  return { releasedAt: rows[0]?.released_at ?? null, isAnyoneWaiting: rows[0]?.waits === true }
}

/**
 * Mark the first in order as released. One whose row somebody else holds, most likely to cancel it, is passed over:
 * whoever holds the rate waits for nobody.
 */
export async function releaseFirst(unit: Unit): Promise<Turn | null> {
  const { rows } = await unit.sql.raw<{ rows: TurnRow[] }>(
    `update ring_turns set state = 'released', released_at = :now
      where id = (
        with ${FAIR_ORDER}
        select turn.id from ring_turns turn join ordered on ordered.id = turn.id
         where turn.state = 'waiting'
         order by ordered.place limit 1 for update of turn skip locked)
      returning *`,
    { now: unit.now },
  )
  return rows[0] ? turnFromRow(rows[0]) : null
}

/** Lock a turn; false when it is not one that was given out and still stands. */
export async function lockReleased(unit: Unit, id: string): Promise<boolean> {
  return (await unit.sql('ring_turns').where({ id, state: 'released' }).forUpdate().first('id')) !== undefined
}

/** A turn has led to its order; `startsAt` is when the carrier begins an order that it queues itself. */
export async function close(unit: Unit, id: string, startsAt: Date | null): Promise<void> {
  await unit.sql('ring_turns').where({ id, state: 'released' }).update({ state: 'done', starts_at: startsAt })
  if (startsAt === null) return
  const carrier_starts_at = unit.sql.raw('greatest(carrier_starts_at, ?)', [startsAt])
  await unit.sql('ring_rate').update({ carrier_starts_at })
}

/** A leg that waits: for its turn, which has a place, or in the carrier's queue, which has a moment. */
export interface WaitingLeg {
  readonly participantId: string
  readonly place: number
  readonly startsAt: Date | null
  readonly lastReleasedAt: Date | null
  readonly carrierStartsAt: Date | null
}

/** The legs of a call that wait. The order of all is only made when one of them waits for a turn. */
export async function listWaiting(view: View, callId: string): Promise<readonly WaitingLeg[]> {
  const { rows } = await view.sql.raw<{ rows: WaitingRow[] }>(
    `with ${FAIR_ORDER}
     select participant_id, place, null as starts_at, rate.released_at, rate.carrier_starts_at
       from ordered cross join ring_rate rate
      where call_id = :callId
        and exists (select 1 from ring_turns mine where mine.call_id = :callId and mine.state = 'waiting')
     union all
     select participant_id, 0, starts_at, null, null from ring_turns
      where call_id = :callId and state = 'done' and starts_at > :now`,
    { now: view.now, callId },
  )
  return rows.map((row) => ({
    participantId: row.participant_id,
    place: Number(row.place),
    startsAt: row.starts_at,
    lastReleasedAt: row.released_at,
    carrierStartsAt: row.carrier_starts_at,
  }))
}

interface WaitingRow {
  readonly participant_id: string
  readonly place: string
  readonly starts_at: Date | null
  readonly released_at: Date | null
  readonly carrier_starts_at: Date | null
}

export async function countWaiting(view: View): Promise<number> {
  const [row] = await view.sql('ring_turns').where({ state: 'waiting' }).count({ waiting: '*' })
  return Number(row?.waiting ?? 0)
}

/** What is measured: who waits, since when, and how many were given a turn since a moment. */
export async function measure(
  view: View,
  since: Date,
): Promise<{
  readonly waiting: number
  readonly oldestAt: Date | null
  readonly releasedLately: number
  readonly carrierStartsAt: Date | null
}> {
  const { rows } = await view.sql.raw<{ rows: MeasureRow[] }>(
    `select count(*) as waiting, min(queued_at) as oldest_at,
            (select count(*) from ring_turns where released_at > :since) as released,
            (select carrier_starts_at from ring_rate) as carrier_starts_at
       from ring_turns where state = 'waiting' and (expires_at is null or expires_at > :now)`,
    { since, now: view.now },
  )
  const [row] = rows
  return {
    waiting: Number(row?.waiting ?? 0),
    oldestAt: row?.oldest_at ?? null,
    releasedLately: Number(row?.released ?? 0),
    carrierStartsAt: row?.carrier_starts_at ?? null,
  }
}

interface MeasureRow {
  readonly waiting: string
  readonly oldest_at: Date | null
  readonly released: string
  readonly carrier_starts_at: Date | null
}

/** Delete what was asked for before a moment. */
export async function deleteBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('ring_turns').where('queued_at', '<', moment).delete()
}

const FOR_NOTHING = { call_id: null, participant_id: null, challenge_id: null, send: null, callback_id: null }

function columnsOf(ring: Ring) {
  switch (ring.kind) {
    case 'leg':
      return { ...FOR_NOTHING, call_id: ring.callId, participant_id: ring.participantId }
    case 'code':
      return { ...FOR_NOTHING, challenge_id: ring.challengeId, send: ring.send }
    case 'callback':
      return { ...FOR_NOTHING, callback_id: ring.callbackId }
  }
}

function turnFromRow({ id, owner, call_id, participant_id, challenge_id, send, callback_id }: TurnRow): Turn {
  if (call_id !== null && participant_id !== null)
    return { id, owner, ring: { kind: 'leg', callId: call_id, participantId: participant_id } }
  if (challenge_id !== null && send !== null)
    return { id, owner, ring: { kind: 'code', challengeId: challenge_id, send } }
  if (callback_id !== null) return { id, owner, ring: { kind: 'callback', callbackId: callback_id } }
  throw new Error('A turn is for nothing.')
}

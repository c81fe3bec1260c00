import { cancelLegs } from '#domain/turns'
import type { Unit } from '#kit/unit'
import { type Call, type Participant, type ParticipantStatus, RANK } from './model.ts'
import { type ParticipantRow, participantFromRow } from './participants-store.ts'
import { type CallRow, callFromRow } from './store.ts'

/** Everybody on a call, as `listParticipants` orders them, and the user ids that hear of it, as `audience` gives them. */
export interface Company {
  readonly participants: readonly Participant[]
  readonly audience: readonly string[]
}

/** Lock the calls that some participants are on, in the order of their ids: nobody waits for each other. */
export async function lockCallsOf(unit: Unit, participantIds: readonly string[]): Promise<readonly Call[]> {
  const { rows } = await unit.sql.raw<{ rows: CallRow[] }>(
    `select * from calls
      where id in (select call_id from participants where id = any(cast(? as uuid[]))) order by id for update`,
    [[...participantIds]],
  )
  return rows.map(callFromRow)
}

/** Who is on some calls, by call. */
export async function companyOf(unit: Unit, callIds: readonly string[]): Promise<ReadonlyMap<string, Company>> {
  const { rows } = await unit.sql.raw<{ rows: (ParticipantRow & { is_met: boolean })[] }>(
    `select *, role = 'host' or direction = 'inbound' or dialed_at is not null as is_met
       from participants where call_id = any(cast(? as uuid[])) order by (role = 'host') desc, id`,
    [[...callIds]],
  )
  const company = new Map<string, { participants: Participant[]; audience: string[] }>()
  for (const row of rows) {
    const { participants, audience } = company.get(row.call_id) ?? { participants: [], audience: [] }
    participants.push(participantFromRow(row))
    if (row.is_met && row.user_id !== null && !audience.includes(row.user_id)) audience.push(row.user_id)
    company.set(row.call_id, { participants, audience })
  }
  return company
}

/** How far somebody has come who is not over. */
export interface Step {
  readonly participant: Participant
  /** When they picked up, if that is what has happened. */
  readonly answeredAt: Date | null
}

/** Write down how far some participants have come who are not over, and the carrier's names of their legs. */
export async function keepSteps(unit: Unit, steps: readonly Step[]): Promise<void> {
  await unit.sql.raw(
    `update participants
        set status = told.status, rank = told.rank,
            carrier_call_id = coalesce(participants.carrier_call_id, told.carrier_call_id), sip_code = told.sip_code,
            answered_at = coalesce(told.answered_at, participants.answered_at)
       from unnest(cast(? as uuid[]), cast(? as text[]), cast(? as integer[]), cast(? as text[]), cast(? as integer[]),
                   cast(? as timestamptz[]))
            as told (id, status, rank, carrier_call_id, sip_code, answered_at)
      where participants.id = told.id`,
    [
      steps.map(({ participant }) => participant.id),
      steps.map(({ participant }) => participant.status),
      steps.map(({ participant }) => RANK[participant.status]),
      nullable(steps.map(({ participant }) => participant.carrierCallId)),
      nullable(steps.map(({ participant }) => participant.sipCode)),
      nullable(steps.map(({ answeredAt }) => answeredAt)),
    ],
  )
}

/** How somebody has come to their end. */
export interface End {
  readonly id: string
  readonly status: ParticipantStatus
  readonly reason: string | null
  readonly carrierCallId: string
  readonly sipCode: number | null
}

/** Bring some participants to their end; those who are there already are left out of the answer. */
export async function keepEnds(unit: Unit, ends: readonly End[]): Promise<ReadonlyMap<string, Participant>> {
  const { rows } = await unit.sql.raw<{ rows: ParticipantRow[] }>(
    `update participants
        set status = told.status, rank = ?, left_at = ?, occupies_user_id = null,
            reason = coalesce(told.reason, participants.reason),
            carrier_call_id = coalesce(participants.carrier_call_id, told.carrier_call_id),
            sip_code = coalesce(told.sip_code, participants.sip_code)
       from unnest(cast(? as uuid[]), cast(? as text[]), cast(? as text[]), cast(? as text[]), cast(? as integer[]))
            as told (id, status, reason, carrier_call_id, sip_code)
      where participants.id = told.id and participants.rank < ?
     returning participants.*`,
    [
      RANK.left,
      unit.now,
      ends.map(({ id }) => id),
      ends.map(({ status }) => status),
      nullable(ends.map(({ reason }) => reason)),
      ends.map(({ carrierCallId }) => carrierCallId),
      nullable(ends.map(({ sipCode }) => sipCode)),
      RANK.left,
    ],
  )
  const over = rows.map(participantFromRow)
  if (over.length > 0) {
    await cancelLegs(
      unit,
      over.map(({ id }) => id),
    )
  }
  return new Map(over.map((participant) => [participant.id, participant]))
}

/** knex knows arrays of values as bindings, and does not know that some of them may be null. */
function nullable(values: readonly unknown[]): string[] {
  return values as string[]
}

import type { Unit } from '#kit/unit'
import type { Call, Participant } from './model.ts'
import { type CallRow, callFromRow, type ParticipantRow, participantFromRow } from './store.ts'

/** Lock the call that a participant is on: `lockCall` without asking first which call that is. */
export async function lockCallOf(unit: Unit, participantId: string): Promise<Call | null> {
  const own = unit.sql('participants').where({ id: participantId }).select('call_id')
  const row: CallRow | undefined = await unit.sql('calls').where({ id: own }).forUpdate().first()
  return row ? callFromRow(row) : null
}

/** A participant, and the user ids that hear of their call (`audience`), in one question. */
export async function findHeard(
  unit: Unit,
  id: string,
): Promise<{ readonly participant: Participant; readonly audience: readonly string[] } | null> {
  const { rows } = await unit.sql.raw<{ rows: (ParticipantRow & { audience: string[] })[] }>(
    `select participants.*, array(
       select distinct user_id from participants as met
        where met.call_id = participants.call_id and user_id is not null
          and (role = 'host' or direction = 'inbound' or dialed_at is not null)) as audience
       from participants where id = ?`,
    [id],
  )
  return rows[0] ? { participant: participantFromRow(rows[0]), audience: rows[0].audience } : null
}

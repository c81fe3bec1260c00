import type { Unit, View } from '#kit/unit'

/** What an account has talked in a month. */
export interface Talk {
  /** Of legs that are over. */
  readonly doneSeconds: number
  /** Of legs that are in a room now, up to now. */
  readonly liveSeconds: number
  readonly liveLegs: number
}

/** How long all legs of a host's calls have talked in the month that began at `monthStart`. */
export async function talkOf(view: View, hostId: string, monthStart: Date): Promise<Talk> {
  const done: { seconds: number } | undefined = await view
    .sql('call_usage')
    .where({ user_id: hostId, month: dayOf(monthStart) })
    .first('seconds')
  const live: { legs: number; seconds: number } | undefined = await view
    .sql('participants')
    .join('calls', 'calls.id', 'participants.call_id')
    .where({ 'calls.host_id': hostId, 'participants.status': 'joined' })
    .whereNull('calls.ended_at')
    .first(
      view.sql.raw(
        `count(*)::integer as legs,
         coalesce(sum(extract(epoch from (cast(? as timestamptz) - greatest(joined_at, cast(? as timestamptz))))), 0)::float
           as seconds`,
        [view.now, monthStart],
      ),
    )
  return { doneSeconds: done?.seconds ?? 0, liveSeconds: live?.seconds ?? 0, liveLegs: live?.legs ?? 0 }
}

/** One attempt's time in a room. */
export interface Stint {
  readonly participantId: string
  readonly attempt: number
  readonly hostId: string
  readonly joinedAt: Date
  readonly leftAt: Date
}

/** Note a stint; false when it was noted before. */
export async function noteStint(unit: Unit, stint: Stint): Promise<boolean> {
  const rows = await unit
    .sql('call_stints')
    .insert({
      participant_id: stint.participantId,
      attempt: stint.attempt,
      host_id: stint.hostId,
      joined_at: stint.joinedAt,
      left_at: stint.leftAt,
    })
    .onConflict(['participant_id', 'attempt'])
    .ignore()
    .returning('attempt')
  return rows.length === 1
}

/** Charge an account with seconds in a month. */
export async function addUsage(unit: Unit, userId: string, monthStart: Date, seconds: number): Promise<void> {
  await unit
    .sql('call_usage')
    .insert({ user_id: userId, month: dayOf(monthStart), seconds })
    .onConflict(['user_id', 'month'])
    .merge({ seconds: unit.sql.raw('call_usage.seconds + excluded.seconds') })
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10)
}

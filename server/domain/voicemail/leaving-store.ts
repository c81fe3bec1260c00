import type { Unit, View } from '#kit/unit'

/** Want nothing more of a person's recordings, and have the carrier delete its copies. */
export async function endAll(unit: Unit, ownerId: string): Promise<void> {
  await unit
    .sql('recordings')
    .where({ owner_id: ownerId })
    .whereNotNull('notice_due_at')
    .update({ notice_due_at: null })
  await unit.sql.raw(
    `with ended as (
       update recordings
          set state = case when state = 'stored' then 'stored' else 'discarded' end,
              transcript = case when transcript = 'pending' then 'absent' else transcript end
        where owner_id = :ownerId and (state in ('offered', 'wanted') or transcript = 'pending')
       returning recording_id)
     insert into carrier_deletions (carrier_id, due_at)
       select recording_id, cast(:now as timestamptz) from ended
       on conflict do nothing`,
    { ownerId, now: unit.now },
  )
}

/** Forget some of a person's recordings of which nothing is left at the carrier; gives how many. */
export async function purge(unit: Unit, ownerId: string, most: number): Promise<number> {
  const some = unit
    .sql('recordings')
    .where({ owner_id: ownerId })
    .whereNotIn('recording_id', unit.sql('carrier_deletions').select('carrier_id'))
    .limit(most)
    .select('recording_id')
  return unit.sql('recordings').whereIn('recording_id', some).delete()
}

export async function hasAny(view: View, ownerId: string): Promise<boolean> {
  return (await view.sql('recordings').where({ owner_id: ownerId }).first('recording_id')) !== undefined
}

/** What was recorded for a person, and what became of it. */
export async function listPortable(view: View, ownerId: string): Promise<readonly unknown[]> {
  const columns = ['purpose', 'message_id', 'file_id', 'duration_seconds', 'state', 'heard_at']
  return view.sql('recordings').where({ owner_id: ownerId }).orderBy('heard_at').select(columns)
}

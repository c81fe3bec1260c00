import type { Unit, View } from '#kit/unit'

/** Legs of open calls that are under way to a person, by call. */
export async function legsTo(
  view: View,
  userId: string,
): Promise<readonly { readonly id: string; readonly callId: string }[]> {
  const rows: { id: string; call_id: string }[] = await view
    .sql('participants')
    .where({ user_id: userId })
    .whereNull('left_at')
    .orderBy('call_id')
    .select('id', 'call_id')
  return rows.map((row) => ({ id: row.id, callId: row.call_id }))
}

/** Delete some calls of a host, and blank those on which other accounts were; gives how many of both. */
export async function purgeHosted(unit: Unit, hostId: string, most: number): Promise<number> {
  const ids: string[] = await unit
    .sql('calls')
    .where({ host_id: hostId })
    .whereNotNull('ended_at')
    .orderBy('id')
    .limit(most)
    .forUpdate()
    .pluck('id')
  const shared: string[] = await unit
    .sql('participants')
    .whereIn('call_id', ids)
    .whereNotNull('user_id')
    .whereNot({ user_id: hostId })
    .andWhere((met) => met.whereNotNull('dialed_at').orWhere({ direction: 'inbound' }))
    .distinct()
    .pluck('call_id')
  await unit.sql('call_stints').where({ host_id: hostId }).whereIn('participant_id', ofCalls(unit, ids)).delete()
  await unit.sql('participants').whereIn('call_id', shared).whereNotNull('left_at').update(NOBODY)
  await unit.sql('participants').whereIn('call_id', shared).where({ user_id: hostId }).update({ user_id: null })
  await unit.sql('calls').whereIn('id', shared).update({ host_id: null, title: null, group_id: null, pin: null })
  const alone = ids.filter((id) => !shared.includes(id))
  await unit.sql('calls').whereIn('id', alone).delete()
  return ids.length
}

/** Make nobody of a person on some calls of others, unless the host knows them as a contact; gives how many. */
export async function blankGuest(unit: Unit, userId: string, most: number): Promise<number> {
  const ids: string[] = await unit
    .sql('participants')
    .where({ user_id: userId })
    .whereNotNull('left_at')
    .limit(most)
    .forUpdate()
    .pluck('id')
  const known = unit.sql('participants').whereIn('id', ids)
  await known.clone().whereNull('contact_id').update(NOBODY)
  await known.update({ user_id: null })
  return ids.length
}

/** The calls that a person hosted, with who was on them. */
export async function listHosted(view: View, hostId: string): Promise<readonly unknown[]> {
  const people = view.sql('participants').whereRaw('participants.call_id = calls.id')
  const each = `json_build_object('name', name, 'phone', phone, 'contact_id', contact_id, 'role', role, 'status', status,
    'joined_at', joined_at, 'left_at', left_at)`
  return view
    .sql('calls')
    .where({ host_id: hostId })
    .orderBy('id')
    .select('id', 'kind', 'privacy', 'title', 'created_at', 'started_at', 'ended_at', 'end_reason')
    .select(people.select(view.sql.raw(`coalesce(json_agg(${each} order by id), '[]')`)).as('participants'))
}

/** The calls of others that a person was rung for or dialled into. */
export async function listJoined(view: View, userId: string): Promise<readonly unknown[]> {
  return view
    .sql('participants')
    .join('calls', 'calls.id', 'participants.call_id')
    .where({ 'participants.user_id': userId, 'participants.role': 'guest' })
    .andWhere((met) => met.whereNotNull('dialed_at').orWhere({ direction: 'inbound' }))
    .orderBy('calls.id')
    .select('calls.id', 'calls.kind', 'calls.created_at', 'participants.status', 'participants.joined_at')
    .select('participants.left_at')
}

const NOBODY = { name: null, contact_id: null, phone: '' }

function ofCalls(unit: Unit, callIds: readonly string[]) {
  return unit
    .sql('participants')
    .whereIn('call_id', [...callIds])
    .select('id')
}

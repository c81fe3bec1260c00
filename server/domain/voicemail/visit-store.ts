import type { Unit, View } from '#kit/unit'
import type { Visit } from './model.ts'

interface VisitRow {
  readonly carrier_call_id: string
  readonly purpose: Visit['purpose']
  readonly from_phone: string | null
  readonly ktag_id: string
  readonly owner_id: string
  readonly began_at: Date
}

/** Note who is about to speak on a call; what was noted of that call before is replaced, but for when it began. */
export async function note(unit: Unit, visit: Omit<Visit, 'beganAt'>): Promise<Visit> {
  const facts = {
    purpose: visit.purpose,
    from_phone: visit.fromPhone,
    ktag_id: visit.ktagId,
    owner_id: visit.ownerId,
  }
  const rows: VisitRow[] = await unit
    .sql('voicemail_visits')
    .insert({ carrier_call_id: visit.carrierCallId, ...facts, began_at: unit.now })
    .onConflict('carrier_call_id')
    .merge(facts)
    .returning('*')
  return fromRow(rows[0] as VisitRow)
}

export async function find(view: View, carrierCallId: string): Promise<Visit | null> {
  const row: VisitRow | undefined = await view.sql('voicemail_visits').where({ carrier_call_id: carrierCallId }).first()
  return row ? fromRow(row) : null
}

/** Forget who spoke on calls that began before a moment. */
export async function forget(unit: Unit, before: Date): Promise<void> {
  await unit.sql('voicemail_visits').where('began_at', '<', before).delete()
}

function fromRow(row: VisitRow): Visit {
  return {
    carrierCallId: row.carrier_call_id,
    purpose: row.purpose,
    fromPhone: row.from_phone,
    ktagId: row.ktag_id,
    ownerId: row.owner_id,
    beganAt: row.began_at,
  }
}

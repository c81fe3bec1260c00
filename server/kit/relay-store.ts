import type { Projection } from './consumer.ts'
import { comparePositions, type Position, type StoredEvent } from './event.ts'
import { ORIGIN } from './outbox.ts'
import type { Database, Unit } from './unit.ts'

/** Where a consumer is; the beginning of everything for one that has read nothing. */
export async function loadCursor(database: Database, name: string): Promise<Position> {
  const row: { xid: string; seq: string } | undefined = await database.sql('consumers').where({ name }).first()
  return row ? { xid: BigInt(row.xid), seq: BigInt(row.seq) } : ORIGIN
}

/** Note where a consumer is. */
export async function saveCursor(unit: Unit, name: string, { xid, seq }: Position): Promise<void> {
  await unit
    .sql('consumers')
    .insert({ name, xid: String(xid), seq: String(seq), moved_at: unit.now })
    .onConflict('name')
    .merge()
}

/** Fold a batch and move the cursor in one transaction; a second leader that read the same batch changes nothing. */
export async function fold(
  unit: Unit,
  projection: Projection,
  events: readonly StoredEvent[],
  reached: Position,
): Promise<void> {
  await unit
    .sql('consumers')
    .insert({ name: projection.name, xid: '0', seq: '0', moved_at: unit.now })
    .onConflict('name')
    .ignore()
  const row = await unit.sql('consumers').where({ name: projection.name }).forUpdate().first()
  const stored = { xid: BigInt(row.xid), seq: BigInt(row.seq) }
  for (const event of events) {
    if (comparePositions(event.position, stored) > 0) await projection.apply(unit, event)
  }
  if (comparePositions(reached, stored) > 0) await saveCursor(unit, projection.name, reached)
}

/** Put an event aside that an effect has failed at too often. */
export async function park(unit: Unit, consumer: string, event: StoredEvent, error: string): Promise<void> {
  await unit
    .sql('parked_events')
    .insert({
      consumer,
      event_id: event.id,
      name: event.name,
      data: JSON.stringify(event.data),
      error,
      parked_at: unit.now,
    })
    .onConflict(['consumer', 'event_id'])
    .ignore()
}

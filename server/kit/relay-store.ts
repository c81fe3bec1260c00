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
export async function saveCursor({ sql }: Pick<Database, 'sql'>, name: string, { xid, seq }: Position): Promise<void> {
  await sql
    .raw(
      `insert into consumers (name, xid, seq, moved_at) values (?, cast(? as xid8), ?, now())
       on conflict (name) do update set xid = excluded.xid, seq = excluded.seq, moved_at = excluded.moved_at`,
      [name, String(xid), String(seq)],
    )
    .options({ name: 'save_cursor' })
}

/** Fold a batch and move the cursor in one transaction; a second leader that read the same batch changes nothing. */
export async function fold(
  unit: Unit,
  projection: Projection,
  events: readonly StoredEvent[],
  reached: Position,
): Promise<void> {
  const stored = await holdCursor(unit, projection.name)
  for (const event of events) {
    if (comparePositions(event.position, stored) > 0) await projection.apply(unit, event)
  }
  if (comparePositions(reached, stored) > 0) await saveCursor(unit, projection.name, reached)
}

/** Where a consumer is, until the unit ends for nobody else to move. */
async function holdCursor(unit: Unit, name: string): Promise<Position> {
  const { rows } = await unit.sql
    .raw<{ rows: { xid: string; seq: string }[] }>(
      `insert into consumers (name, xid, seq, moved_at) values (?, '0', 0, now())
       on conflict (name) do update set moved_at = excluded.moved_at returning xid, seq`,
      [name],
    )
    .options({ name: 'hold_cursor' })
  const [row] = rows
  return row ? { xid: BigInt(row.xid), seq: BigInt(row.seq) } : ORIGIN
}

import type { Consumer, Effect } from './consumer.ts'
import type { StoredEvent } from './event.ts'
import type { Log } from './log.ts'
import { ORIGIN } from './outbox.ts'
import type { Database, Unit, View } from './unit.ts'

/** An event that an effect has failed at too often: it lies aside until an operator decides. */
export interface ParkedEvent {
  /** The effect's name. */
  readonly consumer: string
  readonly eventId: string
  readonly name: string
  /** What went wrong the last time. */
  readonly error: string
  readonly parkedAt: Date
  /** Whether it is to be tried again. */
  readonly isWanted: boolean
}

interface ParkedRow {
  readonly consumer: string
  readonly event_id: string
  readonly name: string
  readonly at: Date
  readonly data: unknown
  readonly error: string
  readonly parked_at: Date
  readonly is_wanted: boolean
}

/** Put an event aside that an effect has failed at too often. */
export async function park(unit: Unit, consumer: string, event: StoredEvent, error: string): Promise<void> {
  await unit
    .sql('parked_events')
    .insert({
      consumer,
      event_id: event.id,
      name: event.name,
      at: event.at,
      data: JSON.stringify(event.data),
      error,
      parked_at: unit.now,
    })
    .onConflict(['consumer', 'event_id'])
    .ignore()
}

/** What lies aside, the newest first. */
export async function listParked(view: View, limit: number): Promise<readonly ParkedEvent[]> {
  const rows = await view.sql<ParkedRow>('parked_events').orderBy('parked_at', 'desc').orderBy('event_id').limit(limit)
  return rows.map((row) => ({
    consumer: row.consumer,
    eventId: row.event_id,
    name: row.name,
    error: row.error,
    parkedAt: row.parked_at,
    isWanted: row.is_wanted,
  }))
}

/** Have an event tried again by every effect that has put it aside; gives their names. */
export async function wantParked(unit: Unit, eventId: string): Promise<readonly string[]> {
  const rows = await unit.sql('parked_events').where({ event_id: eventId }).update({ is_wanted: true }, ['consumer'])
  return rows.map(({ consumer }) => consumer)
}

/** Give an event up for good; gives the names of the effects that had put it aside. */
export async function dropParked(unit: Unit, eventId: string): Promise<readonly string[]> {
  const rows = await unit.sql('parked_events').where({ event_id: eventId }).delete(['consumer'])
  return rows.map(({ consumer }) => consumer)
}

/**
 * Try again what is wanted, once each: what works is forgotten, what fails lies aside with the new error. Like every event
 * of an effect it may be handled twice; effects claim what they do.
 */
export async function retryParked(
  { database, log }: { readonly database: Database; readonly log: Log },
  consumers: readonly Consumer[],
): Promise<void> {
  const effects = new Map(consumers.flatMap((one) => (one.kind === 'effect' ? [[one.name, one] as const] : [])))
  const rows = await database
    .sql<ParkedRow>('parked_events')
    .where({ is_wanted: true })
    .whereIn('consumer', [...effects.keys()])
    .orderBy(['at', 'event_id'])
  for (const row of rows) {
    const effect = effects.get(row.consumer)
    if (effect) await retry(database, log, effect, row)
  }
}

async function retry(database: Database, log: Log, effect: Effect, row: ParkedRow): Promise<void> {
  const parked = () => database.sql('parked_events').where({ consumer: row.consumer, event_id: row.event_id })
  try {
    // Where it lay in the outbox nobody knows any more, and no effect asks.
    await effect.handle({ id: row.event_id, name: row.name, at: row.at, position: ORIGIN, data: row.data })
  } catch (error) {
    log.error({ err: error, effect: effect.name, event_id: row.event_id }, 'a parked event failed again')
    await parked().update({ error: String(error), is_wanted: false })
    return
  }
  await parked().delete()
}

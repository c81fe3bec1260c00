import * as calls from '#domain/calls'
import { dataField, defineEffect, type Effect } from '#kit/consumer'
import { place } from '#kit/order'
import type { Database, Unit } from '#kit/unit'
import { type Carrier, CarrierError } from './carrier.ts'
import { verdict } from './verdict.ts'

/**
 * Keeps rooms as they are wanted: who is heard, who is on hold, and what everybody is told. Rings and hang-ups do not
 * wait for it.
 */
export function roomKeeper(database: Database, carrier: Carrier): Effect {
  return defineEffect('rooms', laneOf, (on) => {
    // What is wanted is read at the last moment, and telling it twice does no harm: no order needs to be claimed.
    on(calls.ParticipantControlled, async ({ data }) => {
      const wanted = await database.read((view) => calls.controlWanted(view, data.participant_id))
      const done = wanted && (await apply(carrier, wanted))
      if (done) await database.write((unit) => calls.controlled(unit, wanted, done.at))
    })

    on(calls.CallWarned, async ({ id, data }) => {
      await place(database, {
        effect: 'rooms',
        key: id,
        facts: { call_id: data.call_id },
        wanted: (unit: Unit) => calls.isEndingBy(unit, data.call_id, new Date(data.ends_by)),
        send: () => carrier.announce(calls.roomOf(data.call_id), 'one_minute_left'),
        externalId: () => id,
        // Whether an announcement was heard cannot be found out, and it is not made twice.
        judge: (error) => (verdict(error) === 'retry' ? 'retry' : 'refused'),
      })
    })
  })
}

/** Null when the carrier did not do it, or the leg is not in its room yet: the sweep has it told again. */
async function apply(carrier: Carrier, wanted: calls.Control): Promise<{ readonly at: Date | null } | null> {
  const { room, leg, muted, onHold } = wanted
  try {
    return await carrier.control(room, leg, { muted, onHold })
  } catch (error) {
    if (error instanceof CarrierError) return null
    throw error
  }
}

function laneOf(event: Parameters<Effect['key']>[0]): string {
  return dataField(event, 'participant_id') || dataField(event, 'call_id') || event.id
}

import * as calls from '#domain/calls'
import { defineEffect, type Effect } from '#kit/consumer'
import type { Log } from '#kit/log'
import { Numbered } from '#kit/numbered'
import type { Database, Unit } from '#kit/unit'
import { CarrierError } from '../carrier.ts'
import { reconcileLeg } from './legs.ts'
import { callOfRoom, reconcileRoom } from './rooms.ts'
import type { ReconcileTools } from './tools.ts'

/**
 * The carrier numbers its reports of each leg and of each room. A number that stays away for a second tells that one was
 * lost, before the next round of reconciliation would: the leg or the room is asked about at once.
 */

/** What is numbered, as the subject of `Numbered`. */
export function legSubject(carrierCallId: string): string {
  return `leg ${carrierCallId}`
}

/** A room under its name is many rooms in the course of time, each with numbers of its own. */
export function roomSubject(carrierRoomId: string, room: string): string {
  return `room ${carrierRoomId} ${room}`
}

/** Watches the numbers of reports in the process that hears them; who is missed is said by events. */
export function watchNumbers(options: { readonly database: Database; readonly log: Log }): Numbered {
  return new Numbered({ ...options, onMissing: doubt })
}

function doubt(unit: Unit, subject: string): void {
  const [kind, id = '', room = ''] = subject.split(' ')
  const callId = callOfRoom(room)
  if (kind === 'leg') unit.emit(calls.LegDoubted, { carrier_call_id: id }, [])
  else if (callId !== null) unit.emit(calls.RoomDoubted, { call_id: callId, carrier_room_id: id }, [])
}

/** Asks the carrier about legs and rooms of which reports are missing. What fails is left to the next round. */
export function doubter(tools: ReconcileTools): Effect {
  const ask = async (question: () => Promise<void>) => {
    try {
      await question()
    } catch (error) {
      if (!(error instanceof CarrierError || error instanceof AggregateError)) throw error
      tools.log.warn({ err: error }, 'reconcile: missing reports could not be made good')
    }
  }
  return defineEffect(
    'doubter',
    ({ id }) => id,
    (on) => {
      on(calls.LegDoubted, async ({ data }) => {
        const legs = await tools.database.read((view) => calls.legsAmong(view, [data.carrier_call_id]))
        // The last report of a leg says all that the missing ones said.
        const live = legs.find(({ leftAt }) => leftAt === null)
        if (live) await ask(() => reconcileLeg(tools, live))
      })
      on(calls.RoomDoubted, ({ data }) => ask(() => reconcileRoom(tools, data.call_id, data.carrier_room_id)))
    },
  )
}

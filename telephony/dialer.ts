import * as calls from '#domain/calls'
import { numberFor } from '#domain/texts'
import { CodeIssued, message } from '#domain/verification'
import { dataField, defineEffect, type Effect } from '#kit/consumer'
import { place } from '#kit/order'
import type { Database, Unit } from '#kit/unit'
import { type Carrier, CarrierError, type RingOrder } from './carrier.ts'
import { codeLeg } from './leg-signals.ts'
import { verdict } from './verdict.ts'

const CODE_RING_SECONDS = 30
const CODE_MAX_SECONDS = 90

/**
 * Rings phones and hangs them up. What belongs to one call is done in order, calls side by side. An order is claimed
 * before it is given: nobody is rung twice, whatever dies in between.
 */
export function dialer(database: Database, carrier: Carrier): Effect {
  const fromFor = (phone: string) => database.write((unit) => numberFor(unit, phone))
  return defineEffect('dialer', laneOf, (on) => {
    on(calls.ParticipantInvited, async ({ id, data }) => {
      const leg = await database.read((view) => calls.legOf(view, data.participant_id))
      if (!leg) return
      await place(database, {
        ...ringing(carrier, {
          leg: leg.name,
          from: await fromFor(leg.phone),
          to: leg.phone,
          ringSeconds: leg.ringSeconds,
          maxSeconds: leg.maxSeconds,
        }),
        key: id,
        facts: { to: leg.phone, participant_id: leg.participantId, attempt: leg.attempt },
        wanted: async (unit: Unit) =>
          (data.attempt ?? leg.attempt) === leg.attempt && calls.claimDial(unit, leg.participantId, leg.attempt),
        sent: (unit: Unit, { carrierId }: { carrierId: string }) =>
          calls.dialAccepted(unit, leg.participantId, carrierId, leg.attempt),
        failed: (unit: Unit, error: unknown) => calls.dialFailed(unit, leg.participantId, reasonOf(error), leg.attempt),
      })
    })

    on(calls.ParticipantDropped, async ({ data }) => {
      const leg = await database.read((view) => calls.legOf(view, data.participant_id))
      // The carrier may have named the leg since; one of another attempt is not meant.
      const isMeant = leg && (data.attempt ?? leg.attempt) === leg.attempt
      if (isMeant && leg.isAtMailbox) return
      const carrierId = isMeant ? leg.carrierCallId : data.carrier_call_id
      if (carrierId) await carrier.hangUp(carrierId)
    })

    on(calls.CallEnded, async ({ data }) => {
      const legs = await database.read((view) => calls.legsOf(view, data.call_id))
      // Whoever is at a mailbox is only put out of the room, and then asks what comes next.
      const ended = legs.filter(({ isAtMailbox }) => !isAtMailbox)
      await Promise.all(ended.map(({ carrierCallId }) => carrierCallId && carrier.hangUp(carrierCallId)))
      await carrier.closeRoom(calls.roomOf(data.call_id))
    })

    on(calls.RoomHaunted, ({ data }) => carrier.closeRoom(calls.roomOf(data.call_id)))

    on(CodeIssued, async ({ id, data }) => {
      if (data.channel !== 'voice') return
      const code = await database.read((view) => message(view, data.challenge_id, data.send))
      if (!code) return
      const leg = codeLeg(data.challenge_id, data.send)
      const from = await fromFor(code.destination)
      const order = { leg, from, to: code.destination, ringSeconds: CODE_RING_SECONDS, maxSeconds: CODE_MAX_SECONDS }
      await place(database, { ...ringing(carrier, order), key: id, facts: { to: code.destination } })
    })
  })
}

function ringing(carrier: Carrier, order: RingOrder) {
  return {
    effect: 'dialer',
    send: () => carrier.ring(order),
    externalId: ({ carrierId }: { carrierId: string }) => carrierId,
    judge: verdict,
  }
}

function laneOf(event: Parameters<Effect['key']>[0]): string {
  return dataField(event, 'call_id') || event.id
}

function reasonOf(error: unknown): string {
  return error instanceof CarrierError && error.code !== null ? `carrier_${error.code}` : 'carrier_refused'
}

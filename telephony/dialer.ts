import * as callbacks from '#domain/callbacks'
import * as calls from '#domain/calls'
import { reportManual } from '#domain/codes'
import { pay } from '#domain/spending'
import { numberFor } from '#domain/texts'
import * as turns from '#domain/turns'
import { message } from '#domain/verification'
import { dataField, defineEffect, type Effect } from '#kit/consumer'
import type { StoredEvent } from '#kit/event'
import { place } from '#kit/order'
import type { Database, Unit } from '#kit/unit'
import { type Accepted, type Carrier, CarrierError, type RingOrder } from './carrier.ts'
import { codeLeg } from './leg-signals.ts'
import type { Pace } from './pace.ts'
import { verdict } from './verdict.ts'

const CODE_RING_SECONDS = 30
const CODE_MAX_SECONDS = 90

/** What the dialer needs. */
export interface DialerOptions {
  readonly database: Database
  readonly carrier: Carrier
  readonly pace: Pace
  /** Called when somebody has begun to wait for a turn. */
  readonly onQueued: () => void
}

/**
 * Rings phones when it is their turn, and hangs them up. What belongs to one phone is done in order, phones side by
 * side. An order is claimed before it is given: nobody is rung twice, whatever dies in between.
 */
export function dialer({ database, carrier, pace, onQueued }: DialerOptions): Effect {
  const ring = async (order: RingOrder): Promise<Accepted> => {
    await pace.turn()
    return carrier.ring(order)
  }
  // Asked before anything is claimed: when the database is away then, nothing has been ordered for certain.
  const numberShownTo = (phone: string): Promise<string> => database.write((unit) => numberFor(unit, phone))

  async function ringLeg(turnId: string, participantId: string): Promise<void> {
    const leg = await database.read((view) => calls.legOf(view, participantId))
    if (!leg) return
    const { name, phone: to, attempt, ringSeconds, maxSeconds } = leg
    const from = await numberShownTo(to)
    await place(database, {
      ...ORDER,
      key: turnId,
      facts: { to, participant_id: participantId, attempt },
      send: () => ring({ leg: name, from, to, ringSeconds, maxSeconds }),
      async wanted(unit: Unit) {
        if (!(await calls.claimDial(unit, participantId, turnId))) return false
        if (await pay(unit, { orderKey: turnId, kind: 'call', phone: to })) return true
        await calls.dialFailed(unit, participantId, 'spend_limit', attempt)
        return false
      },
      async sent(unit: Unit, accepted: Accepted) {
        await calls.dialAccepted(unit, participantId, accepted, attempt)
        await turns.close(unit, turnId, accepted)
      },
      failed: (unit: Unit, error: unknown) => calls.dialFailed(unit, participantId, reasonOf(error), attempt),
    })
  }

  async function ringWithCode(turnId: string, challengeId: string, send: number): Promise<void> {
    const code = await database.read((view) => message(view, challengeId, send))
    if (!code) return
    const { destination: to } = code
    const leg = codeLeg(challengeId, send)
    const from = await numberShownTo(to)
    await place(database, {
      ...ORDER,
      key: turnId,
      facts: { to, challenge_id: challengeId },
      send: () => ring({ leg, from, to, ringSeconds: CODE_RING_SECONDS, maxSeconds: CODE_MAX_SECONDS }),
      async wanted(unit: Unit) {
        if (!(await turns.take(unit, turnId))) return false
        if (await pay(unit, { orderKey: turnId, kind: 'call', phone: to })) return true
        await reportManual(unit, challengeId, { status: 'failed', error: 'spend_limit' })
        return false
      },
      async sent(unit: Unit, accepted: Accepted) {
        await turns.close(unit, turnId, accepted)
        await reportManual(unit, challengeId, { status: 'sent' })
      },
      async failed(unit: Unit, error: unknown) {
        await turns.close(unit, turnId, { queuedMs: 0 })
        await reportManual(unit, challengeId, { status: 'failed', error: reasonOf(error) })
      },
    })
  }

  async function ringVisitor(turnId: string, callbackId: string): Promise<void> {
    const visitor = await database.read((view) => callbacks.visitorOf(view, callbackId))
    if (!visitor) return
    const { name: leg, phone: to, ringSeconds, maxSeconds } = visitor
    const from = await numberShownTo(to)
    await place(database, {
      ...ORDER,
      key: turnId,
      facts: { to, callback_id: callbackId },
      send: () => ring({ leg, from, to, ringSeconds, maxSeconds }),
      async wanted(unit: Unit) {
        if (!(await callbacks.claim(unit, callbackId, turnId))) return false
        if (await pay(unit, { orderKey: turnId, kind: 'call', phone: to })) return true
        await callbacks.failed(unit, callbackId)
        return false
      },
      async sent(unit: Unit, accepted: Accepted) {
        await callbacks.accepted(unit, callbackId, accepted.carrierId)
        await turns.close(unit, turnId, accepted)
      },
      async failed(unit: Unit) {
        await callbacks.failed(unit, callbackId)
        await turns.close(unit, turnId, { queuedMs: 0 })
      },
    })
  }

  return defineEffect('dialer', laneOf, (on) => {
    on(turns.TurnsQueued, async () => onQueued())

    on(turns.TurnReleased, async ({ data }) => {
      const { turn_id, participant_id, challenge_id, send, callback_id = null } = data
      if (participant_id !== null) await ringLeg(turn_id, participant_id)
      if (challenge_id !== null && send !== null) await ringWithCode(turn_id, challenge_id, send)
      if (callback_id !== null) await ringVisitor(turn_id, callback_id)
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
  })
}

/** What all orders to ring have in common. */
const ORDER = {
  effect: 'dialer',
  externalId: ({ carrierId }: Accepted) => carrierId,
  judge: verdict,
} as const

/** A slow answer to one order must not hold up the next one, whose turn has come. */
function laneOf(event: StoredEvent): string {
  return dataField(event, 'participant_id') || dataField(event, 'call_id') || event.id
}

function reasonOf(error: unknown): string {
  return error instanceof CarrierError && error.code !== null ? `carrier_${error.code}` : 'carrier_refused'
}

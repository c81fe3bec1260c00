import * as calls from '#domain/calls'
import { secondsAfter } from '#kit/clock'
import { factsOf } from '#kit/order'
import type { CarrierRecord } from '../carrier.ts'
import { codeProgressed } from '../leg-signals.ts'
import { catchUp } from './list.ts'
import { forEach, type ReconcileTools } from './tools.ts'

/** The ends of a call, in the carrier's words and as `LegProgress`. */
const ENDS: Readonly<Record<string, calls.LegProgress['step']>> = {
  completed: 'completed',
  busy: 'busy',
  no_answer: 'no_answer',
  failed: 'failed',
  canceled: 'canceled',
}

/** A leg that is over here may still hear a goodbye. */
const GOODBYE_SECONDS = 60

/**
 * Hold every leg against what the carrier knows of it. First the ends that its list shows, many at once; then one by one
 * the legs that go on here and not there, which the list did not show: cancelled in the queue, or unknown to the carrier.
 * Legs that go on there and are over here are hung up.
 */
export async function reconcileLegs(tools: ReconcileTools): Promise<void> {
  const { database, carrier, log } = tools
  const now = await carrier.callsNow()
  await catchUp(tools, {
    name: 'calls',
    holdsSeconds: 0,
    read: (since, part) => carrier.callsEndedSince(since, part),
    at: ({ endedAt }) => endedAt,
    apply: async (ended) => {
      const legs = await database.read((view) => calls.legsAmong(view, ended.map(idOf)))
      const records = new Map(ended.map((record) => [record.carrierId, record]))
      const live = legs.filter(({ leftAt }) => leftAt === null)
      const work = forEach(tools, live, (leg) => end(tools, leg, records.get(leg.carrierCallId) ?? null))
      // A leg that cannot be ended here is asked about below, and holds up no other one.
      await work.catch((error: unknown) => log.error({ err: error }, 'reconcile: legs could not be ended'))
      await endCodes(tools, ended)
      return []
    },
  })
  const going = new Set(now.map(idOf))
  const live = await database.read(calls.liveLegs)
  await forEach(
    tools,
    live.filter(({ carrierCallId }) => !going.has(carrierCallId)),
    (leg) => reconcileLeg(tools, leg),
  )
  await hangUpForgotten(tools, now)
}

/** Ask the carrier how one leg stands. A leg that it does not know is over. */
export async function reconcileLeg(tools: ReconcileTools, leg: calls.KnownLeg): Promise<void> {
  await end(tools, leg, await tools.carrier.call(leg.carrierCallId))
}

/** A leg as the carrier has it; nothing happens while it goes on. */
async function end(
  { database, onMended }: ReconcileTools,
  { name, carrierCallId }: calls.KnownLeg,
  record: CarrierRecord | null,
): Promise<void> {
  const step = record ? ENDS[record.status] : 'completed'
  if (!step) return
  await database.write((unit) => calls.progress(unit, name, { step, carrierCallId, sipCode: null }))
  onMended('leg', 1)
}

/** Those of some calls that are over which read a code out: whoever compares it themselves hears of its end. */
async function endCodes({ database }: ReconcileTools, ended: readonly CarrierRecord[]): Promise<void> {
  const facts = await factsOf(database.sql, 'dialer', ended.map(idOf))
  for (const { carrierId, status } of ended) {
    const { challenge_id: challengeId } = facts.get(carrierId) ?? {}
    const step = ENDS[status]
    if (typeof challengeId === 'string' && step) await codeProgressed(database, challengeId, step)
  }
}

async function hangUpForgotten(tools: ReconcileTools, now: readonly CarrierRecord[]): Promise<void> {
  const { database, carrier, onMended } = tools
  const forgotten = await database.read(async (view) => {
    const goodbye = secondsAfter(view.now, -GOODBYE_SECONDS)
    const legs = await calls.legsAmong(view, now.map(idOf))
    return legs.filter(({ leftAt, isAtMailbox }) => leftAt !== null && leftAt < goodbye && !isAtMailbox)
  })
  await forEach(tools, forgotten, async ({ carrierCallId }) => {
    await carrier.hangUp(carrierCallId)
    onMended('hang_up', 1)
  })
}

function idOf({ carrierId }: CarrierRecord): string {
  return carrierId
}

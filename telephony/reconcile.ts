import * as calls from '#domain/calls'
import { secondsAfter } from '#kit/clock'
import { found, giveUp, isClaimedId, type UnknownOrder, unknownOrders } from '#kit/order'
import type { Database } from '#kit/unit'
import type { Carrier, CarrierRecord } from './carrier.ts'

/** The carrier's lists lag behind; an order younger than this is not looked for yet. */
const SETTLE_SECONDS = 5
/** An order that the lists do not show after this long was never taken. */
const ABSENT_SECONDS = 20

/**
 * Find out what became of orders whose answer was lost, from the carrier's own lists. A ring that was never taken is
 * ordered again while somebody waits for it; a text that was never taken is given up: whoever waits asks again.
 */
export async function reconcileOrders(database: Database, carrier: Carrier): Promise<void> {
  const before = await database.read(async (view) => secondsAfter(view.now, -SETTLE_SECONDS))
  for (const order of await unknownOrders(database.sql, 'dialer', before)) {
    await reconcile(database, 'dialer', order, (to, since) => carrier.callsTo(to, since))
  }
  for (const order of await unknownOrders(database.sql, 'texter', before)) {
    await reconcile(database, 'texter', order, (to, since) => carrier.textsTo(to, since))
  }
}

async function reconcile(
  database: Database,
  effect: string,
  order: UnknownOrder,
  list: (to: string, since: Date) => Promise<readonly CarrierRecord[]>,
): Promise<void> {
  const participantId = typeof order.facts.participant_id === 'string' ? order.facts.participant_id : null
  const records = await list(String(order.facts.to), secondsAfter(order.claimedAt, -SETTLE_SECONDS))
  for (const { carrierId } of records) {
    if (await isClaimedId(database.sql, effect, carrierId)) continue
    await database.write(async (unit) => {
      if (!(await found(unit, effect, order.key, carrierId))) return
      if (participantId) await calls.dialAccepted(unit, participantId, carrierId)
    })
    return
  }
  await database.write(async (unit) => {
    if (order.claimedAt > secondsAfter(unit.now, -ABSENT_SECONDS)) return
    if ((await giveUp(unit, effect, order.key)) && participantId) await calls.redial(unit, participantId)
  })
}

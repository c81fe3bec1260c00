import * as callbacks from '#domain/callbacks'
import * as calls from '#domain/calls'
import { reportManual } from '#domain/codes'
import * as texts from '#domain/texts'
import * as turns from '#domain/turns'
import { secondsAfter } from '#kit/clock'
import { forEachApart } from '#kit/each'
import { found, giveUp, isClaimedId, noticeCutOff, type UnknownOrder, unknownOrders } from '#kit/order'
import type { Database } from '#kit/unit'
import type { Carrier, CarrierRecord } from '../carrier.ts'

/** The carrier's lists lag behind; an order younger than this is not looked for yet. */
const SETTLE_SECONDS = 5
/** An order that the lists do not show after this long was never taken. */
const ABSENT_SECONDS = 20
/** No order is under way for so long, tried several times and slowly answered: whoever gave it is gone. */
const CUT_OFF_SECONDS = 180
/** The carrier's clock is not ours: a record may bear a time so long before we gave the order. */
const SKEW_SECONDS = 120

/**
 * Find out what became of orders whose answer was lost, from the carrier's own lists. A ring that was never taken is
 * ordered again while somebody waits for it, a text that was never taken is handed over again, a code is not, and no
 * visitor is called back again.
 * Orders of a process that died while it gave them are among them, whether their event is handled again or not. One that
 * cannot be looked up keeps no other one waiting; what went wrong is thrown at the end.
 */
export async function reconcileOrders(database: Database, carrier: Carrier): Promise<void> {
  const before = await database.read(async (view) => secondsAfter(view.now, -SETTLE_SECONDS))
  const lists: Readonly<Record<string, Lister>> = {
    dialer: (to, since) => carrier.callsTo(to, since),
    texter: (to, since, { network }) => carrier.textsTo(to, since, network === 'whatsapp' ? network : 'sms'),
  }
  const lookUps: { readonly effect: string; readonly order: UnknownOrder; readonly list: Lister }[] = []
  for (const [effect, list] of Object.entries(lists)) {
    await database.write((unit) => noticeCutOff(unit, effect, CUT_OFF_SECONDS))
    for (const order of await unknownOrders(database.sql, effect, before)) lookUps.push({ effect, order, list })
  }
  await forEachApart(lookUps, ({ effect, order, list }) => reconcile(database, effect, order, list))
}

type Lister = (to: string, since: Date, facts: UnknownOrder['facts']) => Promise<readonly CarrierRecord[]>

async function reconcile(database: Database, effect: string, order: UnknownOrder, list: Lister): Promise<void> {
  const participantId = typeof order.facts.participant_id === 'string' ? order.facts.participant_id : null
  const attempt = typeof order.facts.attempt === 'number' ? order.facts.attempt : undefined
  const textId = typeof order.facts.text_id === 'string' ? order.facts.text_id : null
  const callbackId = typeof order.facts.callback_id === 'string' ? order.facts.callback_id : null
  const challengeId = typeof order.facts.challenge_id === 'string' ? order.facts.challenge_id : null
  const known = textId === null ? null : await database.read((view) => texts.carrierIdOf(view, textId))
  const carrierId = known ?? (await find(database, effect, order, participantId, list))
  await database.write(async (unit) => {
    if (carrierId !== null) {
      const isNews = await found(unit, effect, order.key, carrierId)
      if (isNews && textId) await texts.report(unit, textId, { status: 'sending', carrierId })
      // The dialer's orders bear the names of the turns that they were given in.
      if (isNews && effect === 'dialer') await turns.close(unit, order.key, { queuedMs: 0 })
      if (isNews && participantId) await calls.dialAccepted(unit, participantId, { carrierId }, attempt)
      if (isNews && challengeId) await reportManual(unit, challengeId, { status: 'sent' })
      if (isNews && callbackId) await callbacks.accepted(unit, callbackId, carrierId)
      return
    }
    if (order.claimedAt > secondsAfter(unit.now, -ABSENT_SECONDS)) return
    if (!(await giveUp(unit, effect, order.key))) return
    if (participantId) await calls.redial(unit, participantId, attempt)
    if (textId) await texts.notTaken(unit, textId)
    if (challengeId) await reportManual(unit, challengeId, { status: 'failed', error: 'not_taken' })
    if (callbackId) await callbacks.failed(unit, callbackId)
  })
}

/**
 * What the carrier made of an order. The leg may have told its name itself in the meantime; else it is the newest
 * record to that number that belongs to no other order, no other leg and no other text.
 */
async function find(
  database: Database,
  effect: string,
  order: UnknownOrder,
  participantId: string | null,
  list: Lister,
): Promise<string | null> {
  const leg = participantId === null ? null : await database.read((view) => calls.legOf(view, participantId))
  // Another attempt's leg is not what came of this order.
  const isMeant = leg && (order.facts.attempt ?? leg.attempt) === leg.attempt
  if (isMeant && leg.carrierCallId) return leg.carrierCallId
  const since = secondsAfter(order.claimedAt, -SKEW_SECONDS)
  for (const { carrierId } of await list(String(order.facts.to), since, order.facts)) {
    const isTaken = (await isClaimedId(database.sql, effect, carrierId)) || (await isKnown(database, carrierId))
    if (!isTaken) return carrierId
  }
  return null
}

function isKnown(database: Database, carrierId: string): Promise<boolean> {
  return database.read(async (view) => (await calls.isLeg(view, carrierId)) || (await texts.isText(view, carrierId)))
}

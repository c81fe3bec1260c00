import * as texts from '#domain/texts'
import type { TextRecord } from '../carrier.ts'
import { texted } from '../text-signals.ts'
import { catchUp } from './list.ts'
import type { ReconcileTools } from './tools.ts'

/** The carrier's words for how far a text has come, as our own. */
const STATUSES: Readonly<Record<string, texts.TextStatus>> = {
  accepted: 'queued',
  scheduled: 'queued',
  queued: 'queued',
  sending: 'sending',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  partially_delivered: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
}

/** A text may be told to be on its way for so long; many carriers never say more of it. */
const UNDERWAY_SECONDS = 600

/** Take in the texts that never reached us, and how far those have come that we sent. */
export async function reconcileTexts(tools: ReconcileTools): Promise<void> {
  await catchUp(tools, {
    name: 'texts',
    holdsSeconds: UNDERWAY_SECONDS,
    read: (since, part) => tools.carrier.textsSince(since, part),
    at: ({ listedAt }) => listedAt,
    apply: async (records) => [
      ...(await takeIn(
        tools,
        // What people write by WhatsApp is nothing to us: nothing is answered there.
        records.filter(({ isInbound, network }) => isInbound && network === 'sms'),
      )),
      ...(await follow(
        tools,
        records.filter(({ isInbound }) => !isInbound),
      )),
    ],
  })
}

/** Texts that came in, in the order in which they came: STOP and START mean something else the other way round. */
async function takeIn(tools: ReconcileTools, records: readonly TextRecord[]): Promise<readonly TextRecord[]> {
  const { database, log, onMended } = tools
  const unheard = await database.read((view) => texts.unheardAmong(view, records.map(idOf)))
  const failed: TextRecord[] = []
  for (const record of records) {
    if (!unheard.has(record.carrierId)) continue
    try {
      const { carrierId, from, to, body, mediaCount, listedAt: at } = record
      // The list says how much came with a text, and not where it is.
      await texted(database, { carrierId, from, to, body, at, media: Array.from({ length: mediaCount }, () => null) })
      onMended('text', 1)
    } catch (error) {
      log.error({ err: error, carrier_id: record.carrierId }, 'reconcile: a text could not be taken in')
      failed.push(record)
    }
  }
  return failed
}

/** Texts that we sent; gives those that are still on their way. */
async function follow(tools: ReconcileTools, records: readonly TextRecord[]): Promise<readonly TextRecord[]> {
  const { database, onMended } = tools
  const unfinished = await database.read((view) => texts.unfinishedAmong(view, records.map(idOf)))
  const ours = new Map(unfinished.map((text) => [text.carrierId, text]))
  const underway: TextRecord[] = []
  for (const record of records) {
    const text = ours.get(record.carrierId)
    const status = STATUSES[record.status]
    if (!text || !status) continue
    if (texts.isFurther(status, text.status)) {
      const { carrierId, errorCode } = record
      await database.write((unit) => texts.report(unit, text.id, { status, carrierId, errorCode }))
      onMended('delivery', 1)
    }
    if (['queued', 'sending', 'sent'].includes(status)) underway.push(record)
  }
  return underway
}

function idOf({ carrierId }: TextRecord): string {
  return carrierId
}

import { deliveries as textDeliveries } from '#domain/texts'
import { secondsAfter } from '#kit/clock'
import { forEachApart } from '#kit/each'
import type { Database, Unit, View } from '#kit/unit'
import { DeliveryChanged } from './events.ts'
import * as fanoutStore from './fanout-store.ts'
import { type Delivery, RULES } from './model.ts'

const LOOKED_AT_ONCE = 200

/** How the texts of some statuses fare, by the statuses' ids; those that were not to be texted are not among them. */
export async function deliveries(view: View, statusIds: readonly string[]): Promise<ReadonlyMap<string, Delivery>> {
  if (statusIds.length === 0) return new Map()
  const fanouts = await fanoutStore.listByIds(view, statusIds)
  const running = await countRunning(view, fanouts)
  return new Map(fanouts.map((fanout) => [fanout.status_id, running.get(fanout.status_id)?.delivery ?? toldOf(fanout)]))
}

/**
 * Look at the texts that are under way, and tell the authors what has changed. A status whose texts do not move is
 * looked at less and less often, and not again once nothing more can be heard of them.
 */
export async function lookAtDeliveries(database: Database): Promise<void> {
  const ids = await database.read((view) => fanoutStore.listToLookAt(view, LOOKED_AT_ONCE))
  await forEachApart(ids, (id) => database.write((unit) => look(unit, id)))
}

async function look(unit: Unit, statusId: string): Promise<void> {
  const fanout = await fanoutStore.lock(unit, statusId)
  if (fanout?.state !== 'running') return
  const found = (await countRunning(unit, [fanout])).get(statusId)
  if (!found) return
  const { delivery, isSettled } = found
  const isNews = !isSame(delivery, toldOf(fanout))
  const looks = isNews ? 0 : fanout.looks + 1
  const pause = Math.min(RULES.longestLookSeconds, RULES.lookSeconds * 2 ** looks)
  await fanoutStore.note(unit, statusId, delivery, { looks, lookAt: isSettled ? null : secondsAfter(unit.now, pause) })
  if (!isNews) return
  const { author_id } = fanout
  unit.emit(DeliveryChanged, { status_id: statusId, author_id, ...delivery }, [`user:${author_id}`])
}

/** How those of some statuses' texts stand that are under way, counted afresh. */
async function countRunning(
  view: View,
  fanouts: readonly fanoutStore.Fanout[],
): Promise<ReadonlyMap<string, { readonly delivery: Delivery; readonly isSettled: boolean }>> {
  const running = fanouts.filter(({ state }) => state === 'running')
  const ids = running.map(({ status_id }) => status_id)
  if (ids.length === 0) return new Map()
  const states = await fanoutStore.countStates(view, ids)
  const texts = await textDeliveries(view, ids)
  return new Map(
    running.map(({ status_id: id, recipients }) => {
      const { waiting, released } = states.get(id) ?? { waiting: 0, released: 0 }
      const { sent, failed, skipped, open } = texts.get(id) ?? { sent: 0, failed: 0, skipped: 0, open: 0 }
      const delivery = { recipients, sent, failed, skipped: recipients - waiting - released + skipped }
      return [id, { delivery, isSettled: waiting === 0 && open === 0 }]
    }),
  )
}

/** How the texts of a status stood when they were last looked at. */
function toldOf({ recipients, sent, failed, skipped }: fanoutStore.Fanout): Delivery {
  return { recipients, sent, failed, skipped }
}

function isSame(a: Delivery, b: Delivery): boolean {
  return a.sent === b.sent && a.failed === b.failed && a.skipped === b.skipped
}

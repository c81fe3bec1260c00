import * as callbacks from '#domain/callbacks'
import { forEach, type ReconcileTools } from './tools.ts'

/** In the carrier's words: how a leg stands that is not over. */
const GOING: ReadonlySet<string> = new Set(['queued', 'initiated', 'ringing', 'in_progress'])

/** Visitors who were called back, and of the end of whose leg no word came: they may ask again. */
export async function reconcileVisitors(tools: ReconcileTools): Promise<void> {
  const { database, carrier, onMended } = tools
  const open = await database.read(callbacks.openLegs)
  if (open.length === 0) return
  const now = new Set((await carrier.callsNow()).map(({ carrierId }) => carrierId))
  const silent = open.filter(({ carrierCallId }) => !now.has(carrierCallId))
  await forEach(tools, silent, async ({ name, carrierCallId }) => {
    const record = await carrier.call(carrierCallId)
    if (record && GOING.has(record.status)) return
    await database.write((unit) => callbacks.hungUp(unit, name))
    onMended('leg', 1)
  })
}

import type { Database } from '#kit/unit'
import { repeatControls } from './controls.ts'
import { giveUp } from './legs.ts'
import { endReason } from './minutes.ts'
import { RULES } from './model.ts'
import * as participantStore from './participants-store.ts'
import { finish } from './settle.ts'
import * as store from './store.ts'
import { warn } from './warning.ts'

/**
 * End what should have ended: calls past their time, calls whose host never came, legs of which the carrier's last
 * word was lost; warn of what is about to end; tell the carrier again what it has not done. Each in a unit of its own;
 * run twice at once it does nothing twice.
 */
export async function sweep(database: Database): Promise<void> {
  const overdue = await database.read(store.overdueCalls)
  for (const id of overdue) {
    await database.write(async (unit) => {
      const call = await store.lockCall(unit, id)
      // A host who has come in the meantime is not late.
      if (!call || (call.startedAt && !(call.endsBy && call.endsBy <= unit.now))) return
      const [host] = await participantStore.listParticipants(unit, id)
      const reason = host?.status === 'queued' ? 'host_not_rung' : 'host_no_answer'
      await finish(unit, call, call.startedAt ? endReason(call) : reason)
    })
  }
  const silent = await database.read((view) => participantStore.overdueLegs(view, RULES.legGivesUpSeconds))
  for (const participant of silent) await database.write((unit) => giveUp(unit, participant))
  await warn(database)
  await repeatControls(database)
}

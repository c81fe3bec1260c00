import type { Database, Unit, View } from '#kit/unit'
import { announceCall } from './announce.ts'
import { CallChanged, CallWarned } from './events.ts'
import { RULES } from './model.ts'
import * as store from './store.ts'
import { claimWarning, unwarnedCalls } from './warning-store.ts'

/** Have those on calls that are about to end told so: once for each end that a call comes near. */
export async function warn(database: Database): Promise<void> {
  for (const id of await database.read((view) => unwarnedCalls(view, RULES.warnedSeconds))) {
    await database.write((unit) => warnOne(unit, id))
  }
}

/** Whether a call is still to be warned of this end: it has not come, and no other one has taken its place. */
export async function isEndingBy(view: View, callId: string, endsBy: Date): Promise<boolean> {
  const call = await store.findCall(view, callId)
  return call?.endedAt === null && call.endsBy?.getTime() === endsBy.getTime() && endsBy > view.now
}

async function warnOne(unit: Unit, id: string): Promise<void> {
  const call = await store.lockCall(unit, id)
  if (!call?.endsBy || !(await claimWarning(unit, id, RULES.warnedSeconds))) return
  unit.emit(CallWarned, { call_id: id, ends_by: call.endsBy.toISOString() }, [])
  await announceCall(unit, CallChanged, call)
}

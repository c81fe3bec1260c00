import * as calls from '#domain/calls'
import type { Database } from '#kit/unit'
import type { Caller } from './visit-signals.ts'

/** What the carrier tells us of people who dial our numbers because they have dropped out of a call. */

/** The call that somebody who dials us may go back to. Whose number is hidden cannot be known again. */
export async function callLeftBy(database: Database, { phone }: Caller): Promise<calls.CallLeft | null> {
  return phone === null ? null : database.read((view) => calls.callLeftBy(view, phone))
}

/** Somebody wants to go back to a call that they were offered. */
export async function goBack(database: Database, caller: Caller, callId: string): Promise<calls.WentBack> {
  const { phone } = caller
  if (phone === null) return { kind: 'over' }
  return database.write((unit) => calls.goBack(unit, { ...caller, phone }, callId))
}

import type { Unit, View } from '#kit/unit'
import * as correspondents from './correspondents-store.ts'
import { numberFor } from './numbers.ts'
import * as store from './store.ts'

/** Who says that a phone wants no texts, since when, and of which number of ours it was said. */
export interface OptOut {
  readonly at?: Date
  readonly ourNumber?: string | null
  readonly reason?: 'keyword' | 'carrier'
}

/**
 * Remember that a phone wants no texts from any number of ours (the carrier blocks only the one that was answered), and
 * stop what waits for it. A wish from before the phone's last START counts no more.
 */
export async function optOut(unit: Unit, phone: string, said: OptOut = {}): Promise<void> {
  const { at = unit.now, ourNumber = null, reason = 'keyword' } = said
  const { startedAt } = await hold(unit, phone)
  if (startedAt && startedAt > at) return
  await correspondents.insertOptOut(unit, { phone, at, ourNumber, reason })
  await store.skipWaiting(unit, phone)
}

/** Remember that a phone wants texts again. */
export async function optIn(unit: Unit, phone: string, at: Date = unit.now): Promise<void> {
  await hold(unit, phone)
  await correspondents.removeOptOut(unit, phone, at)
}

/** Whether a phone has asked for no texts. */
export async function isOptedOut(view: View, phone: string): Promise<boolean> {
  return correspondents.hasOptOut(view, phone)
}

/** Whoever decides about the same phone waits until the unit ends. */
async function hold(unit: Unit, phone: string): Promise<{ readonly startedAt: Date | null }> {
  await numberFor(unit, phone)
  return (await correspondents.lock(unit, phone)) ?? { startedAt: null }
}

import type { InboundText } from '#domain/texts'
import { secondsAfter } from '#kit/clock'
import type { Unit } from '#kit/unit'
import type { Share } from './model.ts'
import * as store from './store.ts'
import { slowDown } from './wording.ts'

/** Whoever is too fast is told so once, and nothing more until they may go on: what they are told; null for nothing. */
export async function slowed(
  unit: Unit,
  { id, phone }: InboundText,
  of: Share,
  waitSeconds: number,
): Promise<string | null> {
  if (await store.isWarned(unit, phone, of)) return null
  await store.warn(unit, id, of, secondsAfter(unit.now, waitSeconds))
  return slowDown(waitSeconds)
}

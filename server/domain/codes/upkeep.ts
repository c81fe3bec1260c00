import { secondsAfter } from '#kit/clock'
import type { Unit } from '#kit/unit'
import { deleteBefore as deleteMessages } from './manual-store.ts'
import * as store from './store.ts'

const DAY_SECONDS = 86_400
/** How long a realm may look its messages up. */
const MESSAGE_DAYS = 30
/** Whom no realm has asked for so long is as good as new to it. */
const RECIPIENT_DAYS = 180

/** Forget what no limit counts and nobody may look up any more. Sessions and sends go with all other codes. */
export async function tidy(unit: Unit): Promise<void> {
  const before = secondsAfter(unit.now, -2 * DAY_SECONDS)
  await store.deleteBefore(unit, before)
  await store.deleteUnseen(unit, secondsAfter(unit.now, -RECIPIENT_DAYS * DAY_SECONDS), before)
  await deleteMessages(unit, secondsAfter(unit.now, -MESSAGE_DAYS * DAY_SECONDS))
}

import { bySpelling } from '#domain/tags'
import { secondsAfter } from '#kit/clock'
import { newDigits } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { RULES } from './model.ts'
import * as pins from './pins-store.ts'

const DRAWS = 50
/** The key of the count of all wrong tries together. */
const EVERYBODY = 'everybody'

/** A PIN that no open call has, and that means no tag: a caller's keys must mean one thing. */
export async function freePin(view: View, draw: () => string = () => newDigits(6)): Promise<string> {
  for (let drawn = 1; drawn <= DRAWS; drawn++) {
    const pin = draw()
    if (!(await pins.isTaken(view, pin)) && (await bySpelling(view, pin)).length === 0) return pin
  }
  throw new Error(`No free PIN after ${DRAWS} draws.`)
}

/** Open a locked call to those who have its new PIN; one that another open call has just taken is drawn again. */
export async function openWithPin(unit: Unit, callId: string): Promise<void> {
  while (!(await pins.takePin(unit, callId, await freePin(unit)))) {
    // Somebody was faster: another draw.
  }
}

/**
 * Whether a caller may try a PIN. Tries of one phone are counted one after the other, so that calls side by side are so
 * many tries; those of everybody together are counted as well, since a caller's number can be made up.
 */
export async function mayTryPin(unit: Unit, phone: string, digits: string): Promise<boolean> {
  if (!isPin(digits)) return false
  const { pinTriesPerPhone, pinTriesOfAll, pinTriesForgottenSeconds } = RULES
  const since = secondsAfter(unit.now, -pinTriesForgottenSeconds)
  if ((await pins.lockTries(unit, phone, since)) >= pinTriesPerPhone) return false
  return (await pins.countTries(unit, EVERYBODY, since)) < pinTriesOfAll
}

/** What a caller entered named nothing: if it could have been a PIN, it was a wrong one. */
export async function wrongPin(unit: Unit, phone: string | null, digits: string): Promise<void> {
  if (phone === null || !isPin(digits)) return
  const since = secondsAfter(unit.now, -RULES.pinTriesForgottenSeconds)
  await pins.countTry(unit, phone, since)
  await pins.countTry(unit, EVERYBODY, since)
}

/** Forget tries that count no more. */
export async function tidyPinTries(unit: Unit): Promise<void> {
  await pins.forgetTries(unit, secondsAfter(unit.now, -RULES.pinTriesForgottenSeconds))
}

function isPin(digits: string): boolean {
  return /^\d{6}$/.test(digits)
}

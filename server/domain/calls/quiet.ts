import { byVerifiedMobile } from '#domain/accounts'
import type { Unit, View } from '#kit/unit'
import { RULES } from './model.ts'
import * as participantStore from './participants-store.ts'
import * as refusals from './refusals-store.ts'

/** Whether a person is on a call, as host or as guest. */
export async function isBusy(view: View, userId: string): Promise<boolean> {
  return participantStore.isOccupied(view, userId)
}

/**
 * Whether a number is not to be rung for somebody: who lives there has refused their calls by key, or those of several
 * callers, or has blocked them. `callerId` is null for a caller without an account.
 */
export async function isLeftAlone(view: View, callerId: string | null, phone: string): Promise<boolean> {
  if (await refusals.isRefused(view, callerId ?? '', phone, RULES.refusalsForDoNotCall)) return true
  const person = callerId === null ? null : await byVerifiedMobile(view, phone)
  return callerId !== null && person?.settings.blocked.includes(callerId) === true
}

/** Whoever answers at a number wants no calls on account of somebody: by key, as on a call. */
export async function refuse(unit: Unit, callerId: string, phone: string): Promise<void> {
  await refusals.recordRefusal(unit, callerId, phone)
}

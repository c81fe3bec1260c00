import { type User, byId as userById } from '#domain/accounts'
import { limitsOf, monthOf, PlanLimitReached } from '#domain/billing'
import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { announceCall } from './announce.ts'
import { CallChanged } from './events.ts'
import * as minutes from './minutes-store.ts'
import type { Call, Participant } from './model.ts'
import * as store from './store.ts'

/** What a host has used of the month's call minutes: those of all legs of all their calls together. */
export interface MinutesUsage {
  readonly usedSeconds: number
  readonly allowedSeconds: number
  /** The first moment of the host's next month. */
  readonly resetsAt: Date
}

/** A change of a call's end that is smaller than this is not told. */
const JITTER_MS = 1000

/** What a person has used of this month's call minutes, with what is being talked now. */
export async function usageOf(view: View, host: User): Promise<MinutesUsage> {
  const month = monthOf(host, view.now)
  const { doneSeconds, liveSeconds } = await minutes.talkOf(view, host.id, month.startsAt)
  return {
    usedSeconds: Math.ceil(doneSeconds + liveSeconds),
    allowedSeconds: limitsOf(host).callMinutesPerMonth * 60,
    resetsAt: month.endsAt,
  }
}

/** Refuse who has used up the month's minutes. Throws `PlanLimitReached`. */
export async function assertMinutes(view: View, host: User): Promise<void> {
  const { usedSeconds, allowedSeconds } = await usageOf(view, host)
  if (usedSeconds < allowedSeconds) return
  throw PlanLimitReached({ message: `This month's ${allowedSeconds / 60} call minutes are used up.` })
}

/** Charge the host's account with the time of a leg that has come out of its room: once, whoever tells of it. */
export async function charge(unit: Unit, call: Call, { id, attempt, joinedAt, leftAt }: Participant): Promise<void> {
  if (joinedAt === null || leftAt === null) return
  const stint = { participantId: id, attempt, hostId: call.hostId, joinedAt, leftAt }
  if (!(await minutes.noteStint(unit, stint))) return
  const months = (await userById(unit, call.hostId)) ?? { monthsFrom: null }
  for (let from = joinedAt; from < leftAt; ) {
    const { startsAt, endsAt } = monthOf(months, from)
    const to = leftAt < endsAt ? leftAt : endsAt
    await minutes.addUsage(unit, call.hostId, startsAt, Math.ceil((to.getTime() - from.getTime()) / 1000))
    from = endsAt
  }
}

/** When a call that began at `startedAt` ends, by what is known now of who talks on it. The call must be locked. */
export async function endOf(unit: Unit, call: Call, startedAt: Date): Promise<Date> {
  const longest = secondsAfter(startedAt, call.maxSeconds)
  const host = await userById(unit, call.hostId)
  if (!host) return longest
  const month = monthOf(host, unit.now)
  const { doneSeconds, liveSeconds, liveLegs } = await minutes.talkOf(unit, host.id, month.startsAt)
  if (liveLegs === 0) return longest
  const allowedSeconds = limitsOf(host).callMinutesPerMonth * 60
  const leftSeconds = Math.max(0, allowedSeconds - doneSeconds - liveSeconds)
  const usedUp = secondsAfter(unit.now, leftSeconds / liveLegs)
  // A new month brings new minutes.
  const end = usedUp < month.endsAt ? usedUp : secondsAfter(month.endsAt, allowedSeconds / liveLegs)
  return end < longest ? end : longest
}

/** Somebody has come or gone: the minutes last shorter or longer now, and whoever is on a locked call is told. */
export async function pace(unit: Unit, call: Call): Promise<void> {
  if (!call.startedAt || call.endedAt) return
  const endsBy = await endOf(unit, call, call.startedAt)
  if (call.endsBy && Math.abs(call.endsBy.getTime() - endsBy.getTime()) < JITTER_MS) return
  await announceCall(unit, CallChanged, await store.updateCall(unit, call.id, { ends_by: endsBy }))
}

/** Why a call ends that has come to its time. */
export function endReason({ startedAt, endsBy, maxSeconds }: Call): 'time_limit' | 'minutes_used_up' {
  const longest = startedAt && secondsAfter(startedAt, maxSeconds)
  return longest && endsBy && endsBy < longest ? 'minutes_used_up' : 'time_limit'
}

import type { Unit } from '#kit/unit'
import { announceParticipant } from './announce.ts'
import { type LockedLeg, lockLegs } from './leg-lock.ts'
import * as legStore from './legs-store.ts'
import { isOver, type Participant, type ParticipantStatus, RANK } from './model.ts'
import { hangUp } from './participants.ts'
import { settle } from './settle.ts'

/** What the carrier says of a leg. */
export interface LegProgress {
  readonly step: 'initiated' | 'ringing' | 'answered' | 'busy' | 'no_answer' | 'failed' | 'canceled' | 'completed'
  readonly carrierCallId: string
  readonly sipCode: number | null
}

/** The carrier reports how far a leg has come; late and repeated reports change nothing. */
export async function progress(unit: Unit, leg: string, report: LegProgress): Promise<void> {
  await progressAll(unit, [{ leg, report }])
}

/** A report of a leg. */
interface Report {
  readonly leg: string
  readonly report: LegProgress
}

/** Somebody whose leg has come to its end by a report. */
interface Ending {
  readonly locked: LockedLeg
  readonly end: legStore.End
}

/**
 * The carrier reports how far many legs have come. It comes to the same as report by report, in this order; only the
 * database is asked less often. What is reported of a call after an end in it is looked at anew: calls end with their
 * legs, and others move by that.
 */
export async function progressAll(unit: Unit, reports: readonly Report[]): Promise<void> {
  for (let rest = reports; rest.length > 0; ) rest = await round(unit, rest)
}

/** Apply reports up to the first end in each call; gives what is left to apply. */
async function round(unit: Unit, reports: readonly Report[]): Promise<readonly Report[]> {
  const legs = await lockLegs(
    unit,
    reports.map(({ leg }) => leg),
  )
  const steps = new Map<string, legStore.Step>()
  const endings = new Map<string, Ending>()
  const rest: Report[] = []
  for (const one of reports) {
    const { leg, report } = one
    const locked = legs.get(leg)
    if (!locked) continue
    const { call, participant } = locked
    const status = statusAfter(participant, report.step)
    if (endings.has(call.id)) rest.push(one)
    else if (isOver(status) && !isOver(participant.status)) endings.set(call.id, ending(locked, status, report))
    else {
      const moved = await advance(unit, locked, status, report)
      if (!moved) continue
      legs.set(leg, { ...locked, participant: moved })
      const answeredAt = status === 'screening' ? unit.now : (steps.get(moved.id)?.answeredAt ?? null)
      steps.set(moved.id, { participant: moved, answeredAt })
    }
  }
  if (steps.size > 0) await legStore.keepSteps(unit, [...steps.values()])
  if (endings.size > 0) await endAll(unit, [...endings.values()])
  return rest
}

/** A locked leg was picked up; as the participant is then. */
export async function pickedUp(unit: Unit, found: LockedLeg, carrierCallId: string): Promise<Participant> {
  const moved = await advance(unit, found, 'screening', { carrierCallId, sipCode: null })
  if (moved) await legStore.keepSteps(unit, [{ participant: moved, answeredAt: unit.now }])
  return moved ?? found.participant
}

/** How somebody stands after a step on their way, told but not yet written down; null when it is nothing new. */
async function advance(
  unit: Unit,
  { participant, channels }: LockedLeg,
  status: ParticipantStatus,
  { carrierCallId, sipCode }: Pick<LegProgress, 'carrierCallId' | 'sipCode'>,
): Promise<Participant | null> {
  const isFurther = RANK[status] > RANK[participant.status]
  if (!isFurther && participant.carrierCallId !== null) return null
  const named = { ...participant, carrierCallId: participant.carrierCallId ?? carrierCallId }
  if (!isFurther) {
    // Nobody waits for it any more, and until now nobody knew what to hang up.
    if (isOver(participant.status) && !isOver(status)) hangUp(unit, named)
    return named
  }
  const moved = { ...named, status, sipCode: sipCode ?? participant.sipCode }
  await announceParticipant(unit, moved, channels)
  return moved
}

function ending(
  locked: LockedLeg,
  status: ParticipantStatus,
  { carrierCallId, sipCode }: Pick<LegProgress, 'carrierCallId' | 'sipCode'>,
): Ending {
  const { id, status: before } = locked.participant
  const reason = status === 'no_answer' && before === 'screening' ? 'not_accepted' : null
  return { locked, end: { id, status, reason, carrierCallId, sipCode } }
}

/** Bring legs of different calls to their end, and what follows from it for each call. */
async function endAll(unit: Unit, endings: readonly Ending[]): Promise<void> {
  const over = await legStore.keepEnds(
    unit,
    endings.map(({ end }) => end),
  )
  for (const { locked, end } of endings) {
    const moved = over.get(end.id)
    if (!moved) continue
    const { call, channels } = locked
    await announceParticipant(unit, moved, channels)
    // Steps of others that were written down before change nothing for the call: nobody joins or ends by them.
    const participants = locked.participants.map((one) => (one.id === moved.id ? moved : one))
    await settle(unit, call, moved, { participants, channels })
  }
}

function statusAfter(participant: Participant, step: LegProgress['step']): ParticipantStatus {
  switch (step) {
    case 'initiated':
      return 'dialing'
    case 'ringing':
      return 'ringing'
    case 'answered':
      return 'screening'
    case 'busy':
      return 'busy'
    case 'failed':
      return 'failed'
    case 'no_answer':
    case 'canceled':
      return 'no_answer'
    case 'completed':
      return participant.status === 'joined' ? 'left' : 'no_answer'
  }
}

import type { Unit } from '#kit/unit'
import { announceParticipant } from './announce.ts'
import { type LockedLeg, lockLeg, lockLegs } from './leg-lock.ts'
import * as legStore from './legs-store.ts'
import { isOver, type Participant, type ParticipantStatus, RANK } from './model.ts'
import { settle } from './settle.ts'
import * as store from './store.ts'

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

/**
 * The carrier reports how far many legs have come. It comes to the same as report by report, in this order; only the
 * database is asked less often: steps on the way are written down together, ends one by one, for calls end with them.
 */
export async function progressAll(
  unit: Unit,
  reports: readonly { readonly leg: string; readonly report: LegProgress }[],
): Promise<void> {
  const legs = await lockLegs(
    unit,
    reports.map(({ leg }) => leg),
  )
  const ended = new Set<string>()
  const steps = new Map<string, legStore.Step>()
  for (const { leg, report } of reports) {
    const locked = legs.get(leg)
    // An end may have moved others of the same call.
    const found = locked && ended.has(locked.call.id) ? await lockLeg(unit, leg) : locked
    if (!found) continue
    const status = statusAfter(found.participant, report.step)
    if (isOver(status)) {
      await keep(unit, steps)
      await end(unit, found, status, report)
      ended.add(found.call.id)
      continue
    }
    const participant = await advance(unit, found, status, report)
    if (!participant) continue
    legs.set(leg, { ...found, participant })
    const answeredAt = status === 'screening' ? unit.now : (steps.get(participant.id)?.answeredAt ?? null)
    steps.set(participant.id, { participant, answeredAt })
  }
  await keep(unit, steps)
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
  if (!isFurther) return named
  const moved = { ...named, status, sipCode: sipCode ?? participant.sipCode }
  await announceParticipant(unit, moved, channels)
  return moved
}

async function keep(unit: Unit, steps: Map<string, legStore.Step>): Promise<void> {
  if (steps.size > 0) await legStore.keepSteps(unit, [...steps.values()])
  steps.clear()
}

async function end(
  unit: Unit,
  { call, participant, participants, channels }: LockedLeg,
  status: ParticipantStatus,
  { carrierCallId, sipCode }: LegProgress,
): Promise<void> {
  if (participant.carrierCallId === null) {
    await store.nameLeg(unit, participant.id, participant.attempt, carrierCallId)
  }
  if (isOver(participant.status)) return
  const moved = await store.advance(unit, participant.id, status, {
    ...(sipCode === null ? {} : { sip_code: sipCode }),
    ...(status === 'no_answer' && participant.status === 'screening' ? { reason: 'not_accepted' } : {}),
  })
  if (!moved) return
  await announceParticipant(unit, moved, channels)
  // Steps on the way that are not written down yet change nothing for the call: nobody joins or ends by them.
  const now = participants.map((one) => (one.id === moved.id ? moved : one))
  await settle(unit, call, moved, { participants: now, channels })
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

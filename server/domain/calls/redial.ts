import { type User, byId as userById } from '#domain/accounts'
import { assertReachable } from '#domain/destinations'
import { assertWithinBudget } from '#domain/spending'
import { assertRoom } from '#domain/turns'
import { newDigits } from '#kit/secret'
import type { Unit } from '#kit/unit'
import { announceParticipant } from './announce.ts'
import { beginAttempt, type NewAttempt } from './attempts-store.ts'
import { assertCallable } from './callees.ts'
import { AlreadyInCall, CallNotFound, CallRefused } from './faults.ts'
import { takeLegs } from './leg-budget.ts'
import { assertMinutes } from './minutes.ts'
import { type Call, isOver, type Participant } from './model.ts'
import { assertSeats } from './participants.ts'
import { lockHosted, participantOf } from './policy.ts'
import { invite } from './queueing.ts'
import { isLeftAlone } from './quiet.ts'

/**
 * Ring somebody again who was on the call or did not come to it, under the same id: a new attempt, of which reports of
 * the old leg know nothing. A host who has left their open call may have themselves rung. Throws `CallNotFound`,
 * `NotCallHost`, `ParticipantNotFound`, `AlreadyInCall` while they are still rung or on it, `CallRefused`,
 * `CallNotAllowed`, what `assertSeats`, `assertMinutes` and `takeLegs` throw, and `LinesBusy`.
 */
export async function ringAgain(unit: Unit, host: User, participantId: string): Promise<Participant> {
  const call = await lockHosted(unit, host)
  const participant = await participantOf(unit, call, participantId)
  if (!isOver(participant.status)) throw AlreadyInCall()
  await assertCallable(unit, host, participant)
  return ring(unit, { host, call }, participant, { isInvited: true })
}

/**
 * Ring somebody of a locked call back who has left it and wants in again, on the host's account as any ring. Throws what
 * `ringAgain` throws of somebody who is over.
 */
export async function ringBack(unit: Unit, call: Call, participant: Participant): Promise<Participant> {
  const host = await userById(unit, call.hostId)
  if (!host) throw CallNotFound()
  return ring(unit, { host, call }, participant)
}

async function ring(
  unit: Unit,
  { host, call }: { readonly host: User; readonly call: Call },
  participant: Participant,
  as: Pick<NewAttempt, 'isInvited'> = {},
): Promise<Participant> {
  const isGuest = participant.role === 'guest'
  if (isGuest && (await isLeftAlone(unit, call.hostId, participant.phone))) throw CallRefused()
  await assertSeats(unit, call, 1)
  assertReachable(unit, participant.phone, 'id')
  await assertMinutes(unit, host)
  await assertWithinBudget(unit)
  await assertRoom(unit, 1)
  await takeLegs(unit, host, [participant.phone])
  const again = await beginAttempt(unit, participant, {
    direction: 'outbound',
    status: 'queued',
    legSecret: newDigits(9),
    carrierCallId: null,
    occupiesUserId: null,
    ...as,
  })
  // Somebody with this phone was added anew in the meantime.
  if (again === 'live' || again === 'elsewhere') throw AlreadyInCall()
  await announceParticipant(unit, again)
  if (call.status === 'in_progress') await invite(unit, call, [again])
  return again
}

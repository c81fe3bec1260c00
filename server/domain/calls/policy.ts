import type { User } from '#domain/accounts'
import type { Unit } from '#kit/unit'
import { CallNotFound, NotCallHost, ParticipantNotFound } from './faults.ts'
import type { Call, Participant } from './model.ts'
import * as participantStore from './participants-store.ts'
import * as store from './store.ts'

/** The call that a person hosts, is on, or is being called into, locked. Throws `CallNotFound`. */
export async function lockActive(unit: Unit, user: User): Promise<Call> {
  const id = await store.findActiveId(unit, user.id)
  const call = id ? await store.lockCall(unit, id) : null
  if (!call || call.endedAt) throw CallNotFound()
  return call
}

/** The call that a person hosts, locked. Throws `CallNotFound`, and `NotCallHost` for those who are only on it. */
export async function lockHosted(unit: Unit, user: User): Promise<Call> {
  const call = await lockActive(unit, user)
  if (call.hostId !== user.id) throw NotCallHost()
  return call
}

/** Somebody of a locked call. Throws `ParticipantNotFound`. */
export async function participantOf(unit: Unit, call: Call, id: string): Promise<Participant> {
  const participant = await participantStore.findParticipant(unit, id)
  if (participant?.callId !== call.id) throw ParticipantNotFound()
  return participant
}

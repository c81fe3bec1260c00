import type { User } from '#domain/accounts'
import type { Unit } from '#kit/unit'
import { announceParticipant } from './announce.ts'
import { HostNotRemovable } from './faults.ts'
import { isOver } from './model.ts'
import { hangUp } from './participants.ts'
import * as participantStore from './participants-store.ts'
import { lockHosted, participantOf } from './policy.ts'
import { settle } from './settle.ts'

/**
 * The host puts somebody out, or has them rung no more; they do not come back unless the host calls them again. Done
 * twice it is done once. Throws `CallNotFound`, `NotCallHost`, `ParticipantNotFound`, `HostNotRemovable`.
 */
export async function remove(unit: Unit, host: User, participantId: string): Promise<void> {
  const call = await lockHosted(unit, host)
  const participant = await participantOf(unit, call, participantId)
  if (participant.role === 'host') throw HostNotRemovable()
  if (participant.isRemoved) return
  const removal = { is_removed: true, reason: 'removed' }
  if (isOver(participant.status)) {
    await announceParticipant(unit, await participantStore.updateParticipant(unit, participant.id, removal))
    return
  }
  const moved = await participantStore.advance(
    unit,
    participant.id,
    participant.status === 'joined' ? 'left' : 'no_answer',
    removal,
  )
  if (!moved) return
  await announceParticipant(unit, moved)
  hangUp(unit, moved)
  await settle(unit, call, moved)
}

import * as turns from '#domain/turns'
import type { Unit } from '#kit/unit'
import type { Call, Participant } from './model.ts'

/** Have participants of a call rung as soon as it is their turn. The host's phone goes before anybody's guests. */
export async function invite(unit: Unit, call: Call, participants: readonly Participant[]): Promise<void> {
  const wanted = participants.map(({ id, role }) => ({
    owner: call.hostId,
    isUrgent: role === 'host',
    ring: { kind: 'leg', callId: call.id, participantId: id },
  })) satisfies turns.WantedTurn[]
  await turns.queue(unit, wanted)
}

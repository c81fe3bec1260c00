import { sameSecret } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { channelsTo } from './announce.ts'
import * as legStore from './legs-store.ts'
import type { Call, Participant } from './model.ts'
import * as participantStore from './participants-store.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A leg whose call is locked. */
export interface LockedLeg {
  readonly call: Call
  readonly participant: Participant
  /** Everybody on the call. */
  readonly participants: readonly Participant[]
  /** Where it is heard. */
  readonly channels: readonly string[]
}

/** The participants whose legs these are, by name, with their calls, locked; legs of other attempts are left out. */
export async function lockLegs(unit: Unit, names: readonly string[]): Promise<Map<string, LockedLeg>> {
  const ids = [...new Set(names.map(idOf).filter((id) => id !== null))]
  if (ids.length === 0) return new Map()
  const calls = new Map((await legStore.lockCallsOf(unit, ids)).map((call) => [call.id, call]))
  // Read under the lock: they may have moved, or begun another attempt, while we waited.
  const legs = new Map<string, LockedLeg>()
  for (const [callId, company] of await legStore.companyOf(unit, [...calls.keys()])) {
    const call = calls.get(callId)
    if (!call) continue
    const { participants, audience } = company
    const channels = channelsTo(callId, audience)
    for (const participant of participants) legs.set(participant.id, { call, participant, participants, channels })
  }
  const found = names.map((name) => [name, legs.get(idOf(name) ?? '')] as const)
  return new Map(
    found.filter((one): one is [string, LockedLeg] => one[1] !== undefined && isNamed(one[1].participant, one[0])),
  )
}

/** The participant whose leg this names, with their call, locked; null for the leg of another attempt. */
export async function lockLeg(unit: Unit, name: string): Promise<LockedLeg | null> {
  return (await lockLegs(unit, [name])).get(name) ?? null
}

/** The participant whose leg this names; null for the leg of another attempt. */
export async function findLeg(view: View, name: string): Promise<Participant | null> {
  const id = idOf(name)
  const participant = id === null ? null : await participantStore.findParticipant(view, id)
  return participant && isNamed(participant, name) ? participant : null
}

function idOf(name: string): string | null {
  const [id = ''] = name.split('_')
  return UUID.test(id) ? id : null
}

function isNamed({ legSecret }: Participant, name: string): boolean {
  return sameSecret(legSecret, name.split('_')[1] ?? '')
}

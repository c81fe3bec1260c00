import { secondsAfter, secondsUntil } from '#kit/clock'
import type { Unit } from '#kit/unit'
import { announceCall, announceParticipant } from './announce.ts'
import { CallChanged } from './events.ts'
import { endOf, pace } from './minutes.ts'
import { type Call, CUT_AFTER_SECONDS, type Participant, roomOf } from './model.ts'
import { queuedGuests } from './participants.ts'
import * as participantStore from './participants-store.ts'
import { invite } from './queueing.ts'
import { show } from './showing.ts'
import * as store from './store.ts'

/** How somebody is put into their room. */
export interface RoomEntry {
  readonly room: string
  /** Nobody hears them to begin with. */
  readonly muted: boolean
  /** The carrier puts them out after this long, whatever happens to us. */
  readonly maxSeconds: number
}

/**
 * Join a locked call; with the host, the first time, it begins, and the guests are rung. Null when the person is on
 * another call.
 */
export async function join(unit: Unit, call: Call, participant: Participant): Promise<RoomEntry | null> {
  const isMuted = participant.mutedByHost || (participant.role === 'guest' && call.muteOnJoin)
  const moved = await participantStore.takeSeat(unit, participant, { muted: isMuted, muted_by_host: isMuted })
  if (!moved) return null
  await announceParticipant(unit, moved)
  if (moved.role === 'host' && !call.startedAt) await begin(unit, call)
  else await pace(unit, call)
  return entryOf(unit, call, moved)
}

/** How somebody who has joined is put into their room. */
export function entryOf(unit: Unit, call: Call, { muted }: Participant): RoomEntry {
  const last = secondsAfter(call.startedAt ?? unit.now, call.maxSeconds + CUT_AFTER_SECONDS)
  const maxSeconds = secondsUntil(unit.now, last)
  return { room: roomOf(call.id), muted, maxSeconds }
}

async function begin(unit: Unit, call: Call): Promise<void> {
  const started = await store.updateCall(unit, call.id, {
    status: 'in_progress',
    started_at: unit.now,
    ends_by: await endOf(unit, call, unit.now),
  })
  await announceCall(unit, CallChanged, started)
  if (started.privacy === 'open') await show(unit, started)
  await invite(unit, call, queuedGuests(await participantStore.listParticipants(unit, call.id)))
}

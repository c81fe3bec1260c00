import type { Unit } from '#kit/unit'
import { announceCall, announceParticipant } from './announce.ts'
import { CallEnded } from './events.ts'
import { AT_MAILBOX, leadsToMailbox } from './mailbox.ts'
import { charge, pace } from './minutes.ts'
import { type Call, isOver, type Participant, type ParticipantStatus } from './model.ts'
import * as participantStore from './participants-store.ts'
import { conceal } from './showing.ts'
import * as store from './store.ts'

const HOST_NEVER_CAME: Partial<Record<ParticipantStatus, string>> = {
  busy: 'host_busy',
  failed: 'host_failed',
}

/** What whoever locked a call has read of it since. */
export interface Known {
  readonly participants: readonly Participant[]
  readonly channels: readonly string[]
}

/** What it means for a locked call that somebody's leg has come to its end. */
export async function settle(unit: Unit, call: Call, gone: Participant, known?: Known): Promise<void> {
  await charge(unit, call, gone)
  if (call.endedAt || !isOver(gone.status)) return
  if (gone.role === 'host' && call.startedAt === null) {
    return finish(unit, call, HOST_NEVER_CAME[gone.status] ?? 'host_no_answer', known)
  }
  const participants = known?.participants ?? (await participantStore.listParticipants(unit, call.id))
  const joined = participants.filter(({ status }) => status === 'joined')
  const isHostGone = gone.role === 'host' && gone.status === 'left'
  if (isHostGone && (call.privacy === 'private' || joined.length < 2)) return finish(unit, call, 'host_left', known)
  // Without its host a call is for two at least: one person alone is waiting for nobody.
  const isHostOn = participants.some(({ role, status }) => role === 'host' && !isOver(status))
  if (call.startedAt && joined.length < (isHostOn ? 1 : 2)) return finish(unit, call, 'everyone_left', known)
  if (await leadsToMailbox(unit, call, participants)) return finish(unit, call, AT_MAILBOX, known)
  await pace(unit, call)
}

/** End a locked call: everyone still on it has left, everyone not yet on it is not called any more. */
export async function finish(unit: Unit, call: Call, reason: string, known?: Known): Promise<void> {
  if (call.endedAt) return
  const ended = await store.updateCall(unit, call.id, { status: 'ended', ended_at: unit.now, end_reason: reason })
  for (const participant of known?.participants ?? (await participantStore.listParticipants(unit, call.id))) {
    if (isOver(participant.status)) continue
    const status = participant.status === 'joined' ? 'left' : 'no_answer'
    const moved = await participantStore.advance(unit, participant.id, status, { reason: 'call_ended' })
    if (!moved) continue
    await charge(unit, call, moved)
    await announceParticipant(unit, moved, known?.channels)
  }
  await announceCall(unit, CallEnded, ended, known?.channels)
  if (ended.privacy === 'open') await conceal(unit, ended)
}

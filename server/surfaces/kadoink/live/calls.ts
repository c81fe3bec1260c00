import type { z } from 'zod'
import * as calls from '#domain/calls'
import * as tags from '#domain/tags'
import type { Audience, LiveFrame, LiveUser } from '#kit/live'
import type { View } from '#kit/unit'
import { presentCall, presentParticipant } from '../presenters/call.ts'
import { presentKtagRef } from '../presenters/ktag.ts'
import { presentLiveCall } from '../presenters/ktag-page.ts'
import { gridFrame } from './book.ts'
import { frame, type On, viewerOf, type Watched } from './frames.ts'
import { callById, ktagById } from './readings.ts'

/** What apps see of calls. */
export function callFrames(on: On): void {
  on(calls.CallStarted, (heard) => callFrame('call.created', heard))
  on(calls.CallChanged, (heard) => callFrame('call.updated', heard))
  on(calls.CallEnded, (heard) => callFrame('call.ended', heard))

  on(calls.CallShown, async ({ view, channel, event: { data } }) => {
    const ktag = data.is_live ? await ktagById(view, data.ktag_id) : null
    const isFollower = channel === tags.channelOfFollowers(data.ktag_id)
    const follow = isFollower ? { texts: false, calls: false } : null
    const isShown = isFollower || ktag?.visibility === 'public'
    const call = ktag && isShown ? await presentLiveCall(view, { ktag, isOwner: false, follow }, null) : null
    if (!ktag || call?.id !== data.call_id) {
      return [frame('feed', 'feed.call_closed', { ktag_id: data.ktag_id, call_id: data.call_id })]
    }
    return [frame('feed', 'feed.call_live', { ktag: presentKtagRef(ktag), call })]
  })

  on(calls.ParticipantChanged, async ({ view, channel, event: { data } }) => {
    const detail = await callById(view, data.call_id)
    const participant = detail?.participants.find(({ id }) => id === data.participant_id)
    if (!detail || !participant) return []
    const then = {
      ...participant,
      status: data.status,
      muted: data.muted,
      mutedByHost: data.muted_by_host ?? participant.mutedByHost,
      onHold: data.on_hold ?? participant.onHold,
      reason: data.reason,
      sipCode: data.sip_code === undefined ? participant.sipCode : data.sip_code,
      joinedAt: dateOrNull(data.joined_at),
      leftAt: dateOrNull(data.left_at),
    }
    const wire = presentParticipant(detail, then, viewerOf(channel))
    const told = frame('call', 'call.participant_updated', { call_id: data.call_id, participant: wire })
    // A cell that lights up or goes dark is told on the grid as well; the steps between, and the end of all, are not.
    const isTurn = data.status === 'joined' || data.left_at !== null
    const isCell = participant.gridPosition !== null && isTurn && detail.call.endedAt === null
    return isCell ? [told, ...(await gridOf(view, channel, detail))] : [told]
  })
}

/** Who speaks on a call, as the apps are told; nobody hears it later. */
export function speakingFrame({ callId, participantIds }: calls.Speakers): LiveFrame {
  return frame('call', 'call.speaking', { call_id: callId, participant_ids: [...participantIds] })
}

/** A call that the viewer is on. Throws `CallNotFound`. */
export async function watchCall(view: View, { userId }: LiveUser, id: string): Promise<Watched> {
  const detail = await calls.byId(view, id)
  if (!detail.participants.some((participant) => participant.userId === userId)) throw calls.CallNotFound()
  return { channel: `call:${id}`, snapshot: { call: presentCall(detail, userId, view.site) } }
}

type CallFacts = z.output<(typeof calls.CallStarted)['schema']>

async function callFrame(
  event: 'call.created' | 'call.updated' | 'call.ended',
  { view, channel, event: stored }: Audience<CallFacts>,
): Promise<readonly LiveFrame[]> {
  const detail = await callById(view, stored.data.call_id)
  if (!detail) return []
  const then = {
    ...detail.call,
    status: stored.data.status,
    privacy: stored.data.privacy,
    muteOnJoin: stored.data.mute_on_join ?? detail.call.muteOnJoin,
    startedAt: dateOrNull(stored.data.started_at),
    endsBy: stored.data.ends_by === undefined ? detail.call.endsBy : dateOrNull(stored.data.ends_by),
    endedAt: dateOrNull(stored.data.ended_at),
    endReason: stored.data.end_reason,
  }
  const told = frame('call', event, { call: presentCall({ ...detail, call: then }, viewerOf(channel), view.site) })
  return [told, ...(await gridOf(view, channel, detail))]
}

/** The grid of a call that is a grid's, for its host; nothing for others and of other calls. */
async function gridOf(view: View, channel: string, { call, host }: calls.CallDetail): Promise<readonly LiveFrame[]> {
  return call.kind === 'grid' && viewerOf(channel) === host.id ? [await gridFrame(view, host)] : []
}

function dateOrNull(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}

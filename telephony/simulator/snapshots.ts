import type { Network } from './network.ts'
import { recordingUrl } from './recording.ts'

/** A call as tests and developers look at it. Dates are ISO 8601. */
export interface CallSnapshot {
  readonly sid: string
  readonly direction: string
  readonly from: string
  readonly to: string
  readonly status: string
  readonly parentSid: string | null
  readonly answeredAt: string | null
  readonly endedAt: string | null
  readonly seconds: number
}

/** A conference, ended ones included, and who is in it. */
export interface ConferenceSnapshot {
  readonly sid: string
  readonly name: string
  readonly status: string
  readonly reasonEnded: string | null
  readonly participants: readonly {
    readonly callSid: string
    readonly label: string | null
    readonly phone: string
    readonly isConnected: boolean
    readonly muted: boolean
    readonly hold: boolean
  }[]
}

export interface MessageSnapshot {
  readonly sid: string
  readonly direction: string
  readonly from: string
  readonly to: string
  readonly body: string
  readonly status: string
  readonly errorCode: number | null
  readonly mediaUrls: readonly string[]
}

export interface RecordingSnapshot {
  readonly sid: string
  readonly callSid: string | null
  readonly conferenceSid: string | null
  readonly source: string
  readonly status: string
  readonly seconds: number
  readonly url: string
}

/** All calls, oldest first. */
export function callSnapshots(network: Network): readonly CallSnapshot[] {
  return [...network.calls.values()].map((call) => ({
    sid: call.sid,
    direction: call.order.direction,
    from: call.order.from,
    to: call.order.to,
    status: call.status,
    parentSid: call.order.parentSid ?? null,
    answeredAt: call.answeredAt?.toISOString() ?? null,
    endedAt: call.endedAt?.toISOString() ?? null,
    seconds: call.seconds,
  }))
}

/** All conferences, oldest first. */
export function conferenceSnapshots(network: Network): readonly ConferenceSnapshot[] {
  return [...network.conferences.values()].map(({ sid, name, status, reasonEnded, participants }) => ({
    sid,
    name,
    status,
    reasonEnded,
    participants: [...participants.values()].map(({ call, label, isConnected, muted, hold }) => {
      return { callSid: call.sid, label, phone: call.phone.phone, isConnected, muted, hold }
    }),
  }))
}

/** All messages, oldest first. */
export function messageSnapshots(network: Network): readonly MessageSnapshot[] {
  return [...network.messages.values()].map((message) => {
    const { sid, direction, from, to, body, status, errorCode, mediaUrls } = message
    return { sid, direction, from, to, body, status, errorCode, mediaUrls }
  })
}

/** All recordings but the deleted, oldest first. */
export function recordingSnapshots(network: Network): readonly RecordingSnapshot[] {
  const kept = [...network.recordings.values()].filter(({ deletedAt }) => deletedAt === null)
  return kept.map((recording) => {
    const { sid, callSid, conferenceSid, source, status, seconds } = recording
    return { sid, callSid, conferenceSid, source, status, seconds, url: recordingUrl(network, recording) }
  })
}

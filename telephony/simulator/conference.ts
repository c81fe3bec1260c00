import type { Call } from './call.ts'
import type { CallbackTarget } from './callbacks.ts'
import type { Ear } from './line.ts'
import {
  type Recording,
  type RecordingNetwork,
  type RecordingTarget,
  secondsOf,
  startRecording,
  stopRecording,
} from './recording.ts'
import { newSid } from './sids.ts'
import type { WebhookParams } from './webhook.ts'

/** Twilio: ReasonConferenceEnded, with hyphens. */
export type ConferenceEnd =
  | 'conference-ended-via-api'
  | 'participant-with-end-conference-on-exit-left'
  | 'participant-with-end-conference-on-exit-kicked'
  | 'last-participant-kicked'
  | 'last-participant-left'

/** Twilio: ReasonParticipantLeft, with underscores. */
export type LeaveReason =
  | 'conference_ended_via_api'
  | 'moderator_ended_conference'
  | 'participant_updated_via_api'
  | 'participant_hung_up'
  | 'participant_add_failed'

/** The names under which conference events are subscribed to. */
export type ConferenceTopic =
  | 'start'
  | 'end'
  | 'join'
  | 'leave'
  | 'mute'
  | 'hold'
  | 'modify'
  | 'speaker'
  | 'announcement'

/** Where a conference reports to and which topics. Set by the first participant; later ones are ignored. */
export interface ConferenceTarget extends CallbackTarget {
  readonly topics: readonly string[]
}

/** How one leg takes part. */
export interface ParticipantSettings {
  readonly label: string | null
  startsOnEnter: boolean
  endsOnExit: boolean
  muted: boolean
  hold: boolean
  coaching: boolean
  callSidToCoach: string | null
  /** On whose coming or going the room hears a beep. */
  beep: Beep
}

/** Twilio: `<Conference>`, "beep". */
export type Beep = 'true' | 'false' | 'onEnter' | 'onExit'

/** One leg in a room; `isConnected` once it has joined. */
export interface Participant extends ParticipantSettings {
  readonly call: Call
  readonly createdAt: Date
  updatedAt: Date
  isConnected: boolean
  /** What is played while waiting for the room to start; null for the carrier's own music, or silence. */
  waitMusic: CallbackTarget | null
  /** Stops what is heard instead of the room. */
  music: AbortController | null
  /** Called once, when the leg is out of the room for a reason of its own or the room's. */
  onOut: (reason: LeaveReason) => void
}

/** What a conference needs of the network. */
export interface RoomNetwork extends RecordingNetwork {
  /** All conferences, by SID, ended ones included. */
  readonly conferences: Map<string, Conference>
  /** Active conferences, by name. */
  readonly rooms: Map<string, Conference>
}

/** A room from its first participant to its end. The same name used again is another conference. */
export class Conference {
  readonly sid = newSid('CF')
  readonly name: string
  readonly createdAt: Date
  updatedAt: Date
  status: 'init' | 'in-progress' | 'completed' = 'init'
  reasonEnded: ConferenceEnd | null = null
  callSidEnding: string | null = null
  maxParticipants = 250
  readonly participants = new Map<string, Participant>()
  private readonly network: RoomNetwork
  private readonly target: ConferenceTarget | null
  private recording: Recording | null = null
  private recordingWanted: { readonly callback: RecordingTarget | null } | null = null
  private sequence: number

  constructor(network: RoomNetwork, name: string, target: ConferenceTarget | null) {
    this.network = network
    this.name = name
    this.target = target
    this.createdAt = network.clock.now()
    this.updatedAt = this.createdAt
    this.sequence = network.settings.quirks.conferenceSequenceFrom
    network.conferences.set(this.sid, this)
    network.rooms.set(name, this)
  }

  get isOver(): boolean {
    return this.status === 'completed'
  }

  /** By call SID or label. */
  find(key: string): Participant | null {
    return this.participants.get(key) ?? [...this.participants.values()].find(({ label }) => label === key) ?? null
  }

  /** Keep a place for a leg that is still to be connected. */
  reserve(call: Call, settings: ParticipantSettings): Participant {
    const now = this.network.clock.now()
    const place = { call, createdAt: now, updatedAt: now, isConnected: false, waitMusic: null, music: null, onOut() {} }
    const participant: Participant = { ...settings, ...place }
    this.participants.set(call.sid, participant)
    return participant
  }

  /** The leg is heard in the room. */
  join(participant: Participant): void {
    if (participant.isConnected || this.isOver) return
    participant.isConnected = true
    this.touch(participant)
    this.emit('join', 'participant-join', participant)
    this.network.journal.note(participant.call.sid, 'join', { conferenceSid: this.sid, room: this.name })
    if (this.status === 'init' && this.mayStart()) this.start()
    this.beep(participant, 'onEnter')
  }

  /** The leg is gone. The room ends with its last participant, or with one who was to end it. */
  leave(participant: Participant, reason: LeaveReason, isKick = false): void {
    if (!this.participants.delete(participant.call.sid)) return
    const wasConnected = participant.isConnected
    this.announceLeave(participant, reason)
    if (this.isOver) return
    if (wasConnected) this.beep(participant, 'onExit')
    const end = this.endAfter(participant, wasConnected, isKick)
    if (end) this.end(end, participant)
  }

  /** Put everybody out. */
  end(reason: ConferenceEnd, by: Participant | null): void {
    if (this.isOver) return
    this.status = 'completed'
    this.reasonEnded = reason
    this.callSidEnding = by?.call.sid ?? null
    this.network.rooms.delete(this.name)
    const left = reason === 'conference-ended-via-api' ? 'conference_ended_via_api' : 'moderator_ended_conference'
    for (const participant of [...this.participants.values()]) this.leave(participant, left)
    if (this.recording) stopRecording(this.network, this.recording, secondsOf(this.network, this.recording))
    this.updatedAt = this.network.clock.now()
    this.emit('end', 'conference-end', null, {
      ...(by && { CallSidEndingConference: by.call.sid }),
      ...(by?.label && { ParticipantLabelEndingConference: by.label }),
      ReasonConferenceEnded: reason,
      Reason: `Conference ended: ${reason}`,
    })
  }

  setMuted(participant: Participant, muted: boolean): void {
    if (participant.muted === muted) return
    participant.muted = muted
    this.touch(participant)
    this.emit('mute', muted ? 'participant-mute' : 'participant-unmute', participant)
  }

  setHold(participant: Participant, hold: boolean): void {
    if (participant.hold === hold) return
    participant.hold = hold
    this.touch(participant)
    this.emit('hold', hold ? 'participant-hold' : 'participant-unhold', participant)
  }

  modify(participant: Participant, changes: Partial<ParticipantSettings>): void {
    Object.assign(participant, changes)
    this.touch(participant)
    this.emit('modify', 'participant-modify', participant)
  }

  /** An announcement came to its end or could not be made; to one participant, or to all. */
  announced(participant: Participant | null, url: string, failure: string | null): void {
    const event = failure === null ? 'announcement-end' : 'announcement-fail'
    const extra = { AnnounceUrl: url, ...(failure !== null && { ReasonAnnouncementFailed: failure }) }
    this.emit('announcement', event, participant, extra)
  }

  /** Record the room from its start to its end: the music before is never recorded (Twilio, `<Conference>`, "record"). */
  record(callback: RecordingTarget | null): void {
    this.recordingWanted = { callback }
  }

  /** What hears the person while in the room; `star` is called by the `*` key. */
  ear(participant: Participant, star: () => void): Ear {
    return {
      kind: 'conference',
      keys: (keys) => keys.includes('*') && star(),
      speechStarted: () => this.speech('participant-speech-start', participant),
      speechEnded: () => this.speech('participant-speech-stop', participant),
    }
  }

  private speech(event: string, participant: Participant): void {
    const { isConnected, muted, hold } = participant
    if (isConnected && !muted && !hold) this.emit('speaker', event, participant)
  }

  /** Two people, at least one of whom may begin it. */
  private mayStart(): boolean {
    const connected = [...this.participants.values()].filter(({ isConnected }) => isConnected)
    return connected.length >= 2 && connected.some(({ startsOnEnter }) => startsOnEnter)
  }

  private start(): void {
    this.status = 'in-progress'
    this.updatedAt = this.network.clock.now()
    this.emit('start', 'conference-start', null)
    for (const { hold, music } of this.participants.values()) if (!hold) music?.abort()
    if (!this.recordingWanted) return
    const { callback } = this.recordingWanted
    const whose = { callSid: null, conferenceSid: this.sid, source: 'Conference', callback } as const
    this.recording = startRecording(this.network, whose)
  }

  /** Everybody in the running room hears a beep, if this participant's setting says so. */
  private beep({ beep }: Participant, occasion: 'onEnter' | 'onExit'): void {
    if (this.status !== 'in-progress' || (beep !== 'true' && beep !== occasion)) return
    for (const { call, isConnected } of this.participants.values()) {
      if (isConnected) call.phone.hear(call, 'play', 'beep')
    }
  }

  private endAfter(participant: Participant, wasConnected: boolean, isKick: boolean): ConferenceEnd | null {
    if (participant.endsOnExit && wasConnected) {
      return isKick ? 'participant-with-end-conference-on-exit-kicked' : 'participant-with-end-conference-on-exit-left'
    }
    if (this.participants.size > 0) return null
    return isKick ? 'last-participant-kicked' : 'last-participant-left'
  }

  private announceLeave(participant: Participant, reason: LeaveReason): void {
    const { call } = participant
    participant.isConnected = false
    participant.music?.abort()
    this.network.journal.note(call.sid, 'leave', { conferenceSid: this.sid, reason })
    this.emit('leave', 'participant-leave', participant, {
      ParticipantCallStatus: call.status,
      ReasonParticipantLeft: reason,
    })
    participant.onOut(reason)
  }

  private touch(participant: Participant): void {
    participant.updatedAt = this.network.clock.now()
    this.updatedAt = participant.updatedAt
  }

  /** Twilio: "Conference: statusCallback". */
  private emit(
    topic: ConferenceTopic,
    event: string,
    participant: Participant | null,
    extra: WebhookParams = {},
  ): void {
    if (!this.target?.topics.includes(topic)) return
    this.network.callbacks.send(this.sid, this.target, {
      ConferenceSid: this.sid,
      FriendlyName: this.name,
      AccountSid: this.network.accountSid,
      SequenceNumber: String(this.sequence++),
      Timestamp: this.network.timestamp(),
      StatusCallbackEvent: event,
      ...(participant && participantParams(participant)),
      ...extra,
    })
  }
}

/** Why this call cannot be coached in a room: Twilio's errors 16027 (on hold) and 16028 (not in it); null when it can. */
export function whyNoCoach(room: Conference | undefined, callSid: string): 16027 | 16028 | null {
  const coached = room?.participants.get(callSid)
  if (!coached?.isConnected) return 16028
  return coached.hold ? 16027 : null
}

function participantParams(participant: Participant): WebhookParams {
  return {
    CallSid: participant.call.sid,
    Muted: String(participant.muted),
    Hold: String(participant.hold),
    Coaching: String(participant.coaching),
    EndConferenceOnExit: String(participant.endsOnExit),
    StartConferenceOnEnter: String(participant.startsOnEnter),
    ...(participant.label !== null && { ParticipantLabel: participant.label }),
  }
}

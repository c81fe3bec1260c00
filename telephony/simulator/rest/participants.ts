import { announce } from '../announcement.ts'
import { Conference, type ConferenceTarget, type Participant, type ParticipantSettings } from '../conference.ts'
import type { Network } from '../network.ts'
import { dialIntoConference } from '../participant.ts'
import { isLabel } from '../verbs/dial-conference.ts'
import { playOnce } from '../verbs/music.ts'
import { conferenceOf } from './conferences.ts'
import { invalid, notFound } from './errors.ts'
import { checkCallEnds } from './numbers-check.ts'
import type { Operations } from './operation.ts'
import { OUTBOUND, outboundOrder, recordingTarget } from './outbound-order.ts'
import { pageOf } from './paging.ts'
import {
  ADDRESS,
  CONFERENCE_EVENTS,
  FLAG,
  METHOD,
  oneOf,
  PAGED,
  RECORDING_EVENTS,
  sidOf,
  TEXT,
  WHOLE,
} from './parameters.ts'
import { presentParticipant } from './present.ts'
import { flag, listOf, type RestHandler, type RestRequest, webhookOf, whole } from './request.ts'

const createParticipant: RestHandler = (network, request) => {
  const { form } = request
  const ends = checkCallEnds(network, form.get('From'), form.get('To'))
  const room = roomOf(network, request)
  const label = form.get('Label')
  if (label !== null && !isLabel(label)) throw invalid(16025, `Label is not valid: ${label}`)
  if (label !== null && room.find(label)) throw invalid(16026, `Label is already in use: ${label}`)
  if (room.participants.size >= room.maxParticipants) throw invalid(16020, 'The conference is full')
  const order = outboundOrder(form, ends, ['AmdStatusCallback', 'AmdStatusCallbackMethod'])
  const hasEarlyMedia = flag(form, 'EarlyMedia', true)
  const participant = dialIntoConference(network, room, order, settingsOf(form, label), hasEarlyMedia)
  return { status: 201, body: presentParticipant(network, room, participant, true) }
}

const listParticipants: RestHandler = (network, request) => {
  const room = conferenceOf(network, request)
  const { query } = request
  const flags = (['Muted', 'Hold', 'Coaching'] as const).filter((name) => query.has(name))
  const shown = [...room.participants.values()].filter((participant) => {
    const values = { Muted: participant.muted, Hold: participant.hold, Coaching: participant.coaching }
    return flags.every((name) => flag(query, name, false) === values[name])
  })
  const items = shown.map((participant) => ({ sid: participant.call.sid, participant }))
  const present = ({ participant }: { readonly participant: Participant }) =>
    presentParticipant(network, room, participant)
  return { status: 200, body: pageOf(request, 'participants', items, present) }
}

const fetchParticipant: RestHandler = (network, request) => {
  const { room, participant } = participantOf(network, request)
  return { status: 200, body: presentParticipant(network, room, participant) }
}

const updateParticipant: RestHandler = (network, request) => {
  const { room, participant } = participantOf(network, request)
  const { form } = request
  if (form.has('Muted')) room.setMuted(participant, flag(form, 'Muted', false))
  if (form.has('Hold')) room.setHold(participant, flag(form, 'Hold', false))
  const changes = modifications(form)
  if (Object.keys(changes).length > 0) room.modify(participant, changes)
  const announcement = webhookOf(form, 'AnnounceUrl', 'AnnounceMethod')
  if (announcement) announce(network, room, participant, announcement)
  playHoldMusic(network, participant, form)
  return { status: 200, body: presentParticipant(network, room, participant) }
}

/** Kick. A leg of the Calls API goes on after its `<Dial>`; one of the Participants API ends. */
const deleteParticipant: RestHandler = (network, request) => {
  const { room, participant } = participantOf(network, request)
  room.leave(participant, 'participant_updated_via_api', true)
  return { status: 204 }
}

function participantOf(network: Network, request: RestRequest): { room: Conference; participant: Participant } {
  const room = conferenceOf(network, request)
  const participant = room.find(request.params.CallSid ?? '')
  if (!participant) throw notFound(request.path)
  return { room, participant }
}

/** By SID only an active conference will do; a name makes a new one when none is active. */
function roomOf(network: Network, request: RestRequest): Conference {
  const key = request.params.ConferenceSid ?? ''
  const active = network.rooms.get(key) ?? network.conferences.get(key)
  if (active && !active.isOver) return active
  if (active || /^CF[0-9a-f]{32}$/i.test(key)) throw notFound(request.path)
  const { form } = request
  const room = new Conference(network, key, conferenceTarget(form))
  room.maxParticipants = whole(form, 'MaxParticipants', 250, 2, 250)
  if (/^(true|record-from-start)$/.test(form.get('ConferenceRecord') ?? '')) {
    room.record(recordingTarget(form, 'ConferenceRecordingStatusCallback'))
  }
  return room
}

function conferenceTarget(form: URLSearchParams): ConferenceTarget | null {
  const target = webhookOf(form, 'ConferenceStatusCallback', 'ConferenceStatusCallbackMethod')
  return target && { ...target, topics: listOf(form, 'ConferenceStatusCallbackEvent', ['start', 'end']) }
}

function settingsOf(form: URLSearchParams, label: string | null): ParticipantSettings {
  return {
    label,
    startsOnEnter: flag(form, 'StartConferenceOnEnter', true),
    endsOnExit: flag(form, 'EndConferenceOnExit', false),
    muted: flag(form, 'Muted', false),
    hold: false,
    coaching: flag(form, 'Coaching', false),
    callSidToCoach: form.get('CallSidToCoach'),
  }
}

function modifications(form: URLSearchParams): Partial<ParticipantSettings> {
  return {
    ...(form.has('EndConferenceOnExit') && { endsOnExit: flag(form, 'EndConferenceOnExit', false) }),
    ...(form.has('Coaching') && { coaching: flag(form, 'Coaching', false) }),
    ...(form.has('CallSidToCoach') && { callSidToCoach: form.get('CallSidToCoach') }),
  }
}

/** HoldUrl is asked with GET unless it says otherwise. */
function playHoldMusic(network: Network, participant: Participant, form: URLSearchParams): void {
  const target = webhookOf(form, 'HoldUrl', 'HoldMethod')
  if (!target || !participant.hold) return
  const method = form.has('HoldMethod') ? target.method : 'GET'
  const { call } = participant
  network.clock.after(0, () => void playOnce({ network, call, signal: call.over }, { ...target, method }))
}

const ALL = '/{AccountSid}/Conferences/{ConferenceSid}/Participants.json'
const ONE = '/{AccountSid}/Conferences/{ConferenceSid}/Participants/{CallSid}.json'

/** Source: Twilio, "Conference Participant resource". */
export const PARTICIPANT_OPERATIONS: Operations = {
  CreateParticipant: {
    method: 'POST',
    path: ALL,
    form: {
      ...OUTBOUND,
      Label: TEXT,
      Muted: FLAG,
      Beep: oneOf('true', 'false', 'onEnter', 'onExit'),
      StartConferenceOnEnter: FLAG,
      EndConferenceOnExit: FLAG,
      WaitUrl: ADDRESS,
      WaitMethod: METHOD,
      EarlyMedia: FLAG,
      MaxParticipants: WHOLE,
      ConferenceRecord: oneOf('true', 'false', 'record-from-start', 'do-not-record'),
      ConferenceTrim: oneOf('trim-silence', 'do-not-trim'),
      ConferenceStatusCallback: ADDRESS,
      ConferenceStatusCallbackMethod: METHOD,
      ConferenceStatusCallbackEvent: CONFERENCE_EVENTS,
      ConferenceRecordingStatusCallback: ADDRESS,
      ConferenceRecordingStatusCallbackMethod: METHOD,
      ConferenceRecordingStatusCallbackEvent: RECORDING_EVENTS,
      Region: TEXT,
      Coaching: FLAG,
      CallSidToCoach: sidOf('CA'),
      JitterBufferSize: oneOf('large', 'medium', 'small', 'off'),
      AmdStatusCallback: ADDRESS,
      AmdStatusCallbackMethod: METHOD,
      CallerDisplayName: TEXT,
    },
    misplaced: (name) => (name.startsWith('AsyncAmd') ? `21263 '${name}' belongs to Calls, not to Participants` : null),
    handle: createParticipant,
  },
  ListParticipant: {
    method: 'GET',
    path: ALL,
    query: { Muted: FLAG, Hold: FLAG, Coaching: FLAG, ...PAGED },
    handle: listParticipants,
  },
  FetchParticipant: { method: 'GET', path: ONE, handle: fetchParticipant },
  UpdateParticipant: {
    method: 'POST',
    path: ONE,
    form: {
      Muted: FLAG,
      Hold: FLAG,
      HoldUrl: ADDRESS,
      HoldMethod: METHOD,
      AnnounceUrl: ADDRESS,
      AnnounceMethod: METHOD,
      WaitUrl: ADDRESS,
      WaitMethod: METHOD,
      BeepOnExit: FLAG,
      EndConferenceOnExit: FLAG,
      Coaching: FLAG,
      CallSidToCoach: sidOf('CA'),
    },
    handle: updateParticipant,
  },
  DeleteParticipant: { method: 'DELETE', path: ONE, handle: deleteParticipant },
}

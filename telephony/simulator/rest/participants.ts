import { announce } from '../announcement.ts'
import { Conference, type ConferenceTarget, type Participant, type ParticipantSettings } from '../conference.ts'
import type { Network } from '../network.ts'
import { dialIntoConference } from '../participant.ts'
import { isLabel } from '../verbs/dial-conference.ts'
import { playOnce } from '../verbs/music.ts'
import { conferenceOf } from './conferences.ts'
import { invalid, notFound } from './errors.ts'
import { checkCallEnds } from './numbers-check.ts'
import { outboundOrder, recordingTarget } from './outbound-order.ts'
import { pageOf } from './paging.ts'
import { presentParticipant } from './present.ts'
import { flag, listOf, type RestHandler, type RestRequest, webhookOf, whole } from './request.ts'

export const createParticipant: RestHandler = (network, request) => {
  const { form } = request
  const ends = checkCallEnds(network, form.get('From'), form.get('To'))
  const room = roomOf(network, request)
  const label = form.get('Label')
  if (label !== null && !isLabel(label)) throw invalid(16025, `Label is not valid: ${label}`)
  if (label !== null && room.find(label)) throw invalid(16026, `Label is already in use: ${label}`)
  if (room.participants.size >= room.maxParticipants) throw invalid(16020, 'The conference is full')
  warnOfAsyncNames(network, form)
  const order = outboundOrder(form, ends, ['AmdStatusCallback', 'AmdStatusCallbackMethod'])
  const hasEarlyMedia = flag(form, 'EarlyMedia', true)
  const participant = dialIntoConference(network, room, order, settingsOf(form, label), hasEarlyMedia)
  return { status: 201, body: presentParticipant(network, room, participant, true) }
}

export const listParticipants: RestHandler = (network, request) => {
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

export const fetchParticipant: RestHandler = (network, request) => {
  const { room, participant } = participantOf(network, request)
  return { status: 200, body: presentParticipant(network, room, participant) }
}

export const updateParticipant: RestHandler = (network, request) => {
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
export const deleteParticipant: RestHandler = (network, request) => {
  const { room, participant } = participantOf(network, request)
  room.leave(participant, 'participant_updated_via_api', true)
  return { status: 204 }
}

function participantOf(network: Network, request: RestRequest): { room: Conference; participant: Participant } {
  const room = conferenceOf(network, request)
  const participant = room.find(decodeURIComponent(request.params.CallSid ?? ''))
  if (!participant) throw notFound(request.path)
  return { room, participant }
}

/** By SID only an active conference will do; a name makes a new one when none is active. */
function roomOf(network: Network, request: RestRequest): Conference {
  const key = decodeURIComponent(request.params.ConferenceSid ?? '')
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

function warnOfAsyncNames(network: Network, form: URLSearchParams): void {
  const wrong = [...form.keys()].find((name) => name.startsWith('AsyncAmd'))
  if (wrong) network.journal.violation(`21263 '${wrong}' belongs to Calls, not to Participants`)
}

import { announce } from '../announcement.ts'
import {
  type Beep,
  Conference,
  type ConferenceTarget,
  type Participant,
  type ParticipantSettings,
  whyNoCoach,
} from '../conference.ts'
import { methodOf } from '../execution.ts'
import { BEEP, CONFERENCE_EVENTS, FLAG, JITTER, METHOD, oneOf, RECORDING_EVENTS, TEXT, TRIM, WHOLE } from '../kinds.ts'
import type { Network } from '../network.ts'
import { dialIntoConference } from '../participant.ts'
import { isLabel } from '../verbs/dial-conference.ts'
import { endHold, playOnHold, waitFor } from '../verbs/music.ts'
import { conferenceOf } from './conferences.ts'
import { invalid, notFound } from './errors.ts'
import { checkCallEnds } from './numbers-check.ts'
import type { Operations } from './operation.ts'
import { checkCapacity, OUTBOUND, outboundOrder, recordingTarget, warnOfMissingCallback } from './outbound-order.ts'
import { pageOf } from './paging.ts'
import { ADDRESS, PAGED, sidOf } from './parameters.ts'
import { presentParticipant } from './present.ts'
import { flag, listOf, type RestHandler, type RestRequest, webhookOf, whole } from './request.ts'

const createParticipant: RestHandler = (network, request) => {
  const { form } = request
  const ends = checkCallEnds(network, form.get('From'), form.get('To'))
  const active = activeRoom(network, request)
  const label = form.get('Label')
  if (label !== null && !isLabel(label)) throw invalid(16025, `Label is not valid: ${label}`)
  if (label !== null && active?.find(label)) throw invalid(16026, `Label is already in use: ${label}`)
  if (active && active.participants.size >= active.maxParticipants) throw invalid(16020, 'The conference is full')
  checkCoaching(active, form)
  const order = outboundOrder(form, ends, ['AmdStatusCallback', 'AmdStatusCallbackMethod'])
  checkCapacity(network, 16021)
  warnOfMissingCallback(network, order, 'CreateParticipant')
  const media = {
    hasEarlyMedia: flag(form, 'EarlyMedia', true),
    waitMusic: webhookOf(form, 'WaitUrl', 'WaitMethod'),
  }
  const room = active ?? newRoom(network, request)
  const participant = dialIntoConference(network, room, order, settingsOf(form, label), media)
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
  checkCoaching(room, form)
  if (form.has('Muted')) room.setMuted(participant, flag(form, 'Muted', false))
  changeHold(network, room, participant, form)
  const changes = modifications(form)
  const waitMusic = webhookOf(form, 'WaitUrl', 'WaitMethod')
  if (Object.keys(changes).length > 0 || waitMusic) room.modify(participant, changes)
  if (waitMusic) waitFor(network, room, participant, waitMusic)
  const announcement = webhookOf(form, 'AnnounceUrl', 'AnnounceMethod')
  if (announcement) announce(network, room, participant, announcement)
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

/** The conference a path names. By SID only an active one will do (404); null for a name that none has now. */
function activeRoom(network: Network, { params, path }: RestRequest): Conference | undefined {
  const key = params.ConferenceSid ?? ''
  const known = network.rooms.get(key) ?? network.conferences.get(key)
  if (known?.isOver || (!known && /^CF[0-9a-f]{32}$/i.test(key))) throw notFound(path)
  return known
}

function newRoom(network: Network, { params, form }: RestRequest): Conference {
  const room = new Conference(network, params.ConferenceSid ?? '', conferenceTarget(form))
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
    coaching: flag(form, 'Coaching', form.get('CallSidToCoach') !== null),
    callSidToCoach: form.get('CallSidToCoach'),
    beep: (form.get('Beep') ?? 'true') as Beep,
  }
}

/** Who coaches names whom, and whoever is coached is there to be heard. Throws `RestError`. */
function checkCoaching(room: Conference | undefined, form: URLSearchParams): void {
  const callSid = form.get('CallSidToCoach')
  if (flag(form, 'Coaching', false) && !callSid) throw invalid(20001, 'Coaching needs CallSidToCoach')
  const code = callSid ? whyNoCoach(room, callSid) : null
  if (code) throw invalid(code, `The participant to be coached cannot be: ${callSid}`)
}

function modifications(form: URLSearchParams): Partial<ParticipantSettings> {
  return {
    ...(form.has('EndConferenceOnExit') && { endsOnExit: flag(form, 'EndConferenceOnExit', false) }),
    ...(form.has('BeepOnExit') && { beep: flag(form, 'BeepOnExit', false) ? 'onExit' : 'false' }),
    ...(form.has('CallSidToCoach') && { callSidToCoach: form.get('CallSidToCoach'), coaching: true }),
    ...(form.has('Coaching') && { coaching: flag(form, 'Coaching', false) }),
  }
}

/** HoldUrl is asked with GET unless it says otherwise. */
function changeHold(network: Network, room: Conference, participant: Participant, form: URLSearchParams): void {
  const wasHeld = participant.hold
  if (form.has('Hold')) room.setHold(participant, flag(form, 'Hold', false))
  const target = webhookOf(form, 'HoldUrl', 'HoldMethod')
  const method = form.has('HoldMethod') ? methodOf(form.get('HoldMethod')) : 'GET'
  if (wasHeld && !participant.hold) endHold(network, room, participant)
  if (participant.hold && (target || !wasHeld)) playOnHold(network, participant, target && { ...target, method })
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
      Beep: BEEP,
      StartConferenceOnEnter: FLAG,
      EndConferenceOnExit: FLAG,
      WaitUrl: ADDRESS,
      WaitMethod: METHOD,
      EarlyMedia: FLAG,
      MaxParticipants: WHOLE,
      ConferenceRecord: oneOf('true', 'false', 'record-from-start', 'do-not-record'),
      ConferenceTrim: TRIM,
      ConferenceStatusCallback: ADDRESS,
      ConferenceStatusCallbackMethod: METHOD,
      ConferenceStatusCallbackEvent: CONFERENCE_EVENTS,
      ConferenceRecordingStatusCallback: ADDRESS,
      ConferenceRecordingStatusCallbackMethod: METHOD,
      ConferenceRecordingStatusCallbackEvent: RECORDING_EVENTS,
      Region: TEXT,
      Coaching: FLAG,
      CallSidToCoach: sidOf('CA'),
      JitterBufferSize: JITTER,
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

import { FLAG, METHOD, oneOf, RECORDING_EVENTS, TRACK, TRIM } from '../kinds.ts'
import { silentMp3 } from '../mp3.ts'
import type { Network } from '../network.ts'
import {
  deleteRecording as forget,
  isForgotten,
  isStored,
  pauseRecording,
  type Recording,
  resumeRecording,
  secondsOf,
  startRecording,
  stopRecording,
} from '../recording.ts'
import { toneWav } from '../wav.ts'
import { callOf } from './calls.ts'
import { invalid, notFound } from './errors.ts'
import { isEqual, isWithin } from './filters.ts'
import type { Operations } from './operation.ts'
import { recordingTarget } from './outbound-order.ts'
import { pageOf } from './paging.ts'
import { ADDRESS, DAY, MOMENT, PAGED, range, sidOf } from './parameters.ts'
import { presentCallRecording, presentRecording } from './present.ts'
import { flag, type RestAnswer, type RestHandler, type RestRequest } from './request.ts'

const listRecordings: RestHandler = (network, request) => {
  const { query } = request
  const recordings = kept(network, flag(query, 'IncludeSoftDeleted', false)).filter((recording) => {
    return (
      isEqual(query, 'CallSid', recording.callSid) &&
      isEqual(query, 'ConferenceSid', recording.conferenceSid) &&
      isWithin(query, 'DateCreated', recording.startedAt)
    )
  })
  const body = pageOf(request, 'recordings', recordings, (recording) => presentRecording(network, recording))
  return { status: 200, body }
}

const fetchRecording: RestHandler = (network, request) => {
  const withDeleted = flag(request.query, 'IncludeSoftDeleted', false)
  return { status: 200, body: presentRecording(network, recordingOf(network, request, withDeleted)) }
}

const deleteRecording: RestHandler = (network, request) => {
  forget(network, recordingOf(network, request))
  return { status: 204 }
}

/** Begin to record a call that is up. */
const createCallRecording: RestHandler = (network, request) => {
  const call = callOf(network, request)
  if (!call.answeredAt || call.isOver) throw invalid(21220, `Call ${call.sid} is not in-progress`)
  const callback = recordingTarget(request.form, 'RecordingStatusCallback')
  const channels = request.form.get('RecordingChannels') === 'dual' ? 2 : 1
  const whose = { callSid: call.sid, conferenceSid: null, source: 'StartCallRecordingAPI', callback, channels } as const
  const recording = startRecording(network, whose)
  call.over.addEventListener('abort', () => stopRecording(network, recording, secondsOf(network, recording)))
  return { status: 201, body: presentCallRecording(network, recording) }
}

const listCallRecordings: RestHandler = (network, request) => {
  const call = callOf(network, request)
  const recordings = kept(network).filter(({ callSid, startedAt }) => {
    return callSid === call.sid && isWithin(request.query, 'DateCreated', startedAt)
  })
  const body = pageOf(request, 'recordings', recordings, (recording) => presentCallRecording(network, recording))
  return { status: 200, body }
}

const fetchCallRecording: RestHandler = (network, request) => {
  callOf(network, request)
  return { status: 200, body: presentCallRecording(network, recordingOf(network, request)) }
}

const updateCallRecording: RestHandler = (network, request) => {
  callOf(network, request)
  const recording = recordingOf(network, request)
  const status = request.form.get('Status')
  if (status === 'stopped') stopRecording(network, recording, secondsOf(network, recording))
  else if (status === 'paused') pauseRecording(network, recording, request.form.get('PauseBehavior') === 'skip')
  else if (status === 'in-progress') resumeRecording(network, recording)
  else throw invalid(20001, `Status is not valid: ${status}`)
  return { status: 200, body: presentCallRecording(network, recording) }
}

const deleteCallRecording: RestHandler = (network, request) => {
  callOf(network, request)
  return deleteRecording(network, request)
}

/** The sound: `.wav`, `.mp3`, or (without extension) wav. Missing until it is stored. */
export function recordingMedia(network: Network, path: string, sid: string, extension: string): RestAnswer {
  const recording = network.recordings.get(sid)
  if (!recording || !isStored(network, recording)) throw notFound(path)
  if (extension === 'mp3') {
    return { status: 200, media: { contentType: 'audio/mpeg', bytes: silentMp3(recording.seconds) } }
  }
  return { status: 200, media: { contentType: 'audio/x-wav', bytes: toneWav(recording.seconds, recording.channels) } }
}

/** The recording a path names; `Twilio.CURRENT` is the one a call makes now. Throws 404, also for a deleted one. */
export function recordingOf(network: Network, { params, path }: RestRequest, withDeleted = false): Recording {
  const sid = params.RecordingSid ?? params.Sid ?? ''
  const isCurrent = ({ callSid, status }: Recording) => {
    return callSid === params.CallSid && (status === 'in-progress' || status === 'paused')
  }
  const recording = sid === 'Twilio.CURRENT' ? kept(network).find(isCurrent) : network.recordings.get(sid)
  if (!recording || !isKept(network, recording, withDeleted)) throw notFound(path)
  return recording
}

/** Newest first; deleted ones for as long as their facts are kept, if they are wanted. */
function kept(network: Network, withDeleted = false): Recording[] {
  return [...network.recordings.values()].reverse().filter((recording) => isKept(network, recording, withDeleted))
}

function isKept(network: Network, recording: Recording, withDeleted: boolean): boolean {
  return recording.deletedAt === null || (withDeleted && !isForgotten(network, recording))
}

const ALL = '/{AccountSid}/Recordings.json'
const ONE = '/{AccountSid}/Recordings/{Sid}.json'
const ALL_OF_CALL = '/{AccountSid}/Calls/{CallSid}/Recordings.json'
const ONE_OF_CALL = '/{AccountSid}/Calls/{CallSid}/Recordings/{Sid}.json'

/** Source: Twilio, "Recordings resource". */
export const RECORDING_OPERATIONS: Operations = {
  ListRecording: {
    method: 'GET',
    path: ALL,
    query: {
      CallSid: sidOf('CA'),
      ConferenceSid: sidOf('CF'),
      IncludeSoftDeleted: FLAG,
      ...range('DateCreated', MOMENT),
      ...PAGED,
    },
    handle: listRecordings,
  },
  FetchRecording: { method: 'GET', path: ONE, query: { IncludeSoftDeleted: FLAG }, handle: fetchRecording },
  DeleteRecording: { method: 'DELETE', path: ONE, handle: deleteRecording },
  CreateCallRecording: {
    method: 'POST',
    path: ALL_OF_CALL,
    form: {
      RecordingStatusCallback: ADDRESS,
      RecordingStatusCallbackMethod: METHOD,
      RecordingStatusCallbackEvent: RECORDING_EVENTS,
      RecordingChannels: oneOf('mono', 'dual'),
      RecordingTrack: TRACK,
      Trim: TRIM,
    },
    handle: createCallRecording,
  },
  ListCallRecording: {
    method: 'GET',
    path: ALL_OF_CALL,
    query: { ...range('DateCreated', DAY), ...PAGED },
    handle: listCallRecordings,
  },
  FetchCallRecording: { method: 'GET', path: ONE_OF_CALL, handle: fetchCallRecording },
  UpdateCallRecording: {
    method: 'POST',
    path: ONE_OF_CALL,
    form: {
      Status: oneOf('in-progress', 'paused', 'stopped', 'processing', 'completed', 'absent'),
      PauseBehavior: oneOf('skip', 'silence'),
    },
    handle: updateCallRecording,
  },
  DeleteCallRecording: { method: 'DELETE', path: ONE_OF_CALL, handle: deleteCallRecording },
}

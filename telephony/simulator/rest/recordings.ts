import { FLAG, METHOD, oneOf, RECORDING_EVENTS, TRACK, TRIM } from '../kinds.ts'
import { silentMp3 } from '../mp3.ts'
import type { Network } from '../network.ts'
import { isStored, type Recording, secondsOf, startRecording, stopRecording } from '../recording.ts'
import { toneWav } from '../wav.ts'
import { callOf } from './calls.ts'
import { invalid, notFound } from './errors.ts'
import { isEqual, isWithin } from './filters.ts'
import type { Operations } from './operation.ts'
import { recordingTarget } from './outbound-order.ts'
import { pageOf } from './paging.ts'
import { ADDRESS, DAY, MOMENT, PAGED, range, sidOf } from './parameters.ts'
import { presentCallRecording, presentRecording } from './present.ts'
import type { RestAnswer, RestHandler, RestRequest } from './request.ts'

const listRecordings: RestHandler = (network, request) => {
  const { query } = request
  const recordings = all(network).filter((recording) => {
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
  return { status: 200, body: presentRecording(network, recordingOf(network, request)) }
}

const deleteRecording: RestHandler = (network, request) => {
  network.recordings.delete(recordingOf(network, request).sid)
  return { status: 204 }
}

/** Begin to record a call that is up. */
const createCallRecording: RestHandler = (network, request) => {
  const call = callOf(network, request)
  if (!call.answeredAt || call.isOver) throw invalid(21220, `Call ${call.sid} is not in-progress`)
  const callback = recordingTarget(request.form, 'RecordingStatusCallback')
  const whose = { callSid: call.sid, conferenceSid: null, source: 'StartCallRecordingAPI', callback } as const
  const recording = startRecording(network, whose)
  call.over.addEventListener('abort', () => stopRecording(network, recording, secondsOf(network, recording)))
  return { status: 201, body: presentCallRecording(network, recording) }
}

const listCallRecordings: RestHandler = (network, request) => {
  const call = callOf(network, request)
  const recordings = all(network).filter(({ callSid, startedAt }) => {
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
  else if (status === 'paused' || status === 'in-progress') recording.status = status
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
  return { status: 200, media: { contentType: 'audio/x-wav', bytes: toneWav(recording.seconds) } }
}

/** The recording a path names; `Twilio.CURRENT` is the one a call makes now. Throws 404. */
export function recordingOf(network: Network, { params, path }: RestRequest): Recording {
  const sid = params.RecordingSid ?? params.Sid ?? ''
  const isCurrent = ({ callSid, status }: Recording) => callSid === params.CallSid && status === 'in-progress'
  const recording = sid === 'Twilio.CURRENT' ? all(network).find(isCurrent) : network.recordings.get(sid)
  if (!recording) throw notFound(path)
  return recording
}

function all(network: Network): Recording[] {
  return [...network.recordings.values()].reverse()
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

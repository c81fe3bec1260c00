import type { Network } from '../network.ts'
import type { Transcription } from '../recording.ts'
import { notFound } from './errors.ts'
import type { Operations } from './operation.ts'
import { pageOf } from './paging.ts'
import { PAGED } from './parameters.ts'
import { presentTranscription } from './present.ts'
import { recordingOf } from './recordings.ts'
import type { RestHandler, RestRequest } from './request.ts'

/** All of the account, or those of one recording, as the path says. */
const listTranscriptions: RestHandler = (network, request) => {
  const recordingSid = request.params.RecordingSid === undefined ? null : recordingOf(network, request).sid
  const transcriptions = [...network.transcriptions.values()].reverse().filter((transcription) => {
    return recordingSid === null || transcription.recordingSid === recordingSid
  })
  const present = (transcription: Transcription) => presentTranscription(network, transcription)
  return { status: 200, body: pageOf(request, 'transcriptions', transcriptions, present) }
}

const fetchTranscription: RestHandler = (network, request) => {
  return { status: 200, body: presentTranscription(network, transcriptionOf(network, request)) }
}

const deleteTranscription: RestHandler = (network, request) => {
  network.transcriptions.delete(transcriptionOf(network, request).sid)
  return { status: 204 }
}

function transcriptionOf(network: Network, { params, path }: RestRequest): Transcription {
  const transcription = network.transcriptions.get(params.Sid ?? '')
  const isElsewhere = params.RecordingSid !== undefined && transcription?.recordingSid !== params.RecordingSid
  if (!transcription || isElsewhere) throw notFound(path)
  return transcription
}

const ALL = '/{AccountSid}/Transcriptions.json'
const ONE = '/{AccountSid}/Transcriptions/{Sid}.json'
const ALL_OF_RECORDING = '/{AccountSid}/Recordings/{RecordingSid}/Transcriptions.json'
const ONE_OF_RECORDING = '/{AccountSid}/Recordings/{RecordingSid}/Transcriptions/{Sid}.json'

/** Source: Twilio, "Transcriptions resource". */
export const TRANSCRIPTION_OPERATIONS: Operations = {
  ListTranscription: { method: 'GET', path: ALL, query: PAGED, handle: listTranscriptions },
  FetchTranscription: { method: 'GET', path: ONE, handle: fetchTranscription },
  DeleteTranscription: { method: 'DELETE', path: ONE, handle: deleteTranscription },
  ListRecordingTranscription: { method: 'GET', path: ALL_OF_RECORDING, query: PAGED, handle: listTranscriptions },
  FetchRecordingTranscription: { method: 'GET', path: ONE_OF_RECORDING, handle: fetchTranscription },
  DeleteRecordingTranscription: { method: 'DELETE', path: ONE_OF_RECORDING, handle: deleteTranscription },
}

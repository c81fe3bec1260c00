import type { Network } from '../network.ts'
import { fetchAccount, updateAccount } from './account.ts'
import { createCall, deleteCall, fetchCall, listCalls, updateCall } from './calls.ts'
import { fetchConference, listConferences, updateConference } from './conferences.ts'
import { notFound, RestError } from './errors.ts'
import { createMessage, deleteMessage, fetchMessage, listMessages, messageMedia, updateMessage } from './messages.ts'
import { OPERATIONS, type Operation, type OperationId } from './operations.ts'
import {
  createParticipant,
  deleteParticipant,
  fetchParticipant,
  listParticipants,
  updateParticipant,
} from './participants.ts'
import { createNumber, deleteNumber, fetchNumber, listNumbers, updateNumber } from './phone-numbers.ts'
import {
  createCallRecording,
  deleteCallRecording,
  deleteRecording,
  fetchCallRecording,
  fetchRecording,
  listCallRecordings,
  listRecordings,
  recordingMedia,
  updateCallRecording,
} from './recordings.ts'
import type { RestAnswer, RestHandler, RestRequest } from './request.ts'
import { deleteTranscription, fetchTranscription, listTranscriptions } from './transcriptions.ts'

const HANDLERS: Readonly<Record<OperationId, RestHandler>> = {
  CreateCall: createCall,
  ListCall: listCalls,
  DeleteCall: deleteCall,
  FetchCall: fetchCall,
  UpdateCall: updateCall,
  ListConference: listConferences,
  FetchConference: fetchConference,
  UpdateConference: updateConference,
  CreateParticipant: createParticipant,
  ListParticipant: listParticipants,
  FetchParticipant: fetchParticipant,
  UpdateParticipant: updateParticipant,
  DeleteParticipant: deleteParticipant,
  CreateMessage: createMessage,
  ListMessage: listMessages,
  DeleteMessage: deleteMessage,
  FetchMessage: fetchMessage,
  UpdateMessage: updateMessage,
  ListRecording: listRecordings,
  FetchRecording: fetchRecording,
  DeleteRecording: deleteRecording,
  ListRecordingTranscription: listTranscriptions,
  FetchRecordingTranscription: fetchTranscription,
  DeleteRecordingTranscription: deleteTranscription,
  ListTranscription: listTranscriptions,
  FetchTranscription: fetchTranscription,
  DeleteTranscription: deleteTranscription,
  ListIncomingPhoneNumber: listNumbers,
  CreateIncomingPhoneNumber: createNumber,
  UpdateIncomingPhoneNumber: updateNumber,
  FetchIncomingPhoneNumber: fetchNumber,
  DeleteIncomingPhoneNumber: deleteNumber,
  CreateCallRecording: createCallRecording,
  ListCallRecording: listCallRecordings,
  UpdateCallRecording: updateCallRecording,
  FetchCallRecording: fetchCallRecording,
  DeleteCallRecording: deleteCallRecording,
  FetchAccount: fetchAccount,
  UpdateAccount: updateAccount,
}

interface Route {
  readonly id: OperationId
  readonly operation: Operation
  readonly pattern: RegExp
}

const ROUTES: readonly Route[] = (Object.entries(OPERATIONS) as [OperationId, Operation][]).map(([id, operation]) => ({
  id,
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+?)')}$`),
}))

const MEDIA = /^\/2010-04-01\/Accounts\/[^/]+\/Recordings\/(RE[0-9a-f]{32})(?:\.(wav|mp3))?$/

const MESSAGE_MEDIA = /^\/2010-04-01\/Accounts\/[^/]+\/Messages\/(?:SM|MM)[0-9a-f]{32}\/Media\/ME[0-9a-f]{32}$/

/** Carry out one authenticated request. Throws `RestError`. */
export function answerRest(network: Network, method: string, url: URL, form: URLSearchParams): RestAnswer {
  const path = url.pathname
  const isRead = method === 'GET' || method === 'HEAD'
  const media = isRead ? MEDIA.exec(path) : null
  if (media) return recordingMedia(network, path, media[1] ?? '', media[2] ?? 'wav')
  if (isRead && MESSAGE_MEDIA.test(path)) return messageMedia(network, path)
  const matching = ROUTES.filter(({ pattern }) => pattern.test(path))
  const route = matching.find(({ operation }) => operation.method === method)
  if (!route) throw matching.length > 0 ? new RestError(405, 20004, 'Method not allowed') : notFound(path)
  reportStrangers(network, route, url.searchParams, form)
  const params = route.pattern.exec(path)?.groups ?? {}
  const request: RestRequest = { path, params, query: url.searchParams, form }
  return HANDLERS[route.id](network, request)
}

/** Twilio ignores parameters it does not know; a test should not. */
function reportStrangers(
  network: Network,
  { id, operation }: Route,
  query: URLSearchParams,
  form: URLSearchParams,
): void {
  for (const name of new Set(query.keys())) {
    if (!operation.query.includes(name)) network.journal.violation(`unknown query parameter '${name}' on ${id}`)
  }
  for (const name of new Set(form.keys())) {
    if (!operation.form.includes(name)) network.journal.violation(`unknown parameter '${name}' on ${id}`)
  }
}

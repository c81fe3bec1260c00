import type { Network } from '../network.ts'
import { ACCOUNT_OPERATIONS } from './account.ts'
import { CALL_OPERATIONS } from './calls.ts'
import { CONFERENCE_OPERATIONS } from './conferences.ts'
import { notFound, RestError } from './errors.ts'
import { MESSAGE_OPERATIONS, messageMedia } from './messages.ts'
import { type Operation, type Operations, reportStrangers } from './operation.ts'
import { PARTICIPANT_OPERATIONS } from './participants.ts'
import { NUMBER_OPERATIONS } from './phone-numbers.ts'
import { RECORDING_OPERATIONS, recordingMedia } from './recordings.ts'
import type { RestAnswer } from './request.ts'
import { TRANSCRIPTION_OPERATIONS } from './transcriptions.ts'

const BASE = '/2010-04-01/Accounts'

/** All of the API; the resources stand beside what they do. */
const OPERATIONS: Operations = {
  ...ACCOUNT_OPERATIONS,
  ...CALL_OPERATIONS,
  ...CONFERENCE_OPERATIONS,
  ...PARTICIPANT_OPERATIONS,
  ...MESSAGE_OPERATIONS,
  ...RECORDING_OPERATIONS,
  ...TRANSCRIPTION_OPERATIONS,
  ...NUMBER_OPERATIONS,
}

interface Route {
  readonly id: string
  readonly operation: Operation
  readonly pattern: RegExp
}

const ROUTES: readonly Route[] = Object.entries(OPERATIONS).map(([id, operation]) => {
  const path = operation.path.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+?)')
  return { id, operation, pattern: new RegExp(`^${BASE}${path}$`) }
})

const MEDIA = /^\/2010-04-01\/Accounts\/[^/]+\/Recordings\/(RE[0-9a-f]{32})(?:\.(wav|mp3))?$/

const MESSAGE_MEDIA = /^\/2010-04-01\/Accounts\/[^/]+\/Messages\/(?:SM|MM)[0-9a-f]{32}\/Media\/ME[0-9a-f]{32}$/

/** Carry out one authenticated request. Throws `RestError`. */
export function answerRest(network: Network, method: string, url: URL, form: URLSearchParams): RestAnswer {
  const path = url.pathname
  const query = url.searchParams
  const isRead = method === 'GET' || method === 'HEAD'
  const media = isRead ? MEDIA.exec(path) : null
  if (media) return recordingMedia(network, path, media[1] ?? '', media[2] ?? 'wav')
  if (isRead && MESSAGE_MEDIA.test(path)) return messageMedia(network, path)
  const matching = ROUTES.filter(({ pattern }) => pattern.test(path))
  const route = matching.find(({ operation }) => operation.method === method)
  if (!route) throw matching.length > 0 ? new RestError(405, 20004, 'Method not allowed') : notFound(path)
  const { id, operation, pattern } = route
  reportStrangers(network, id, operation, { query, form })
  return operation.handle(network, { path, params: named(pattern, path), query, form })
}

/** The names in a path, decoded. Throws 404 for what cannot be decoded. */
function named(pattern: RegExp, path: string): Readonly<Record<string, string>> {
  const groups = Object.entries(pattern.exec(path)?.groups ?? {})
  try {
    return Object.fromEntries(groups.map(([name, value]) => [name, decodeURIComponent(value)]))
  } catch {
    throw notFound(path)
  }
}

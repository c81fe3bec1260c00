import type { CallbackTarget } from './callbacks.ts'
import type { Ground } from './ground.ts'
import { isAudio, type Sound, soundOf } from './sound.ts'
import { type TwimlKind, twimlBreaches } from './twiml/grammar.ts'
import { parseTwiml, type TwimlElement, TwimlParseError } from './twiml/parser.ts'
import type { WebhookParams, WebhookResult } from './webhook.ts'

/** A document and the URL that relative URLs in it are resolved against (null for inline TwiML). */
export interface TwimlDocument {
  readonly url: string | null
  readonly method: 'GET' | 'POST'
  readonly root: TwimlElement
  /** The sound that was answered instead of a document, which then does nothing but play it. */
  readonly sound: Sound | null
}

/** Where to get a document. */
export type DocumentSource = (CallbackTarget & { readonly params?: WebhookParams }) | { readonly twiml: string }

interface Failure {
  readonly code: number
  readonly why: string
}

/** What is asked for and on whose behalf. */
export interface DocumentRequest {
  /** The call or message, for its timeline. */
  readonly sid: string
  readonly kind: TwimlKind
  readonly source: DocumentSource
  readonly params: WebhookParams
  readonly fallback: CallbackTarget | null
}

/** Twilio: error 11750, "TwiML response body too large". */
const LARGEST_DOCUMENT_BYTES = 64 * 1024
/** A waitUrl or an answered call may lead to a file instead of a document. */
const LARGEST_SOUND_BYTES = 40_000_000

/** Fetch and parse a document, or its fallback. Null when neither can be had; every failure is a violation. */
export async function obtainDocument(network: Ground, request: DocumentRequest): Promise<TwimlDocument | null> {
  const { source, fallback } = request
  if ('twiml' in source) return inline(network, request, source.twiml)
  const first = await fetchDocument(network, request, source, { ...request.params, ...source.params })
  if (isDocument(first)) return first
  network.journal.violation(`${first.code} ${source.url}: ${first.why}`)
  if (!fallback) return null
  const error = { ErrorCode: String(first.code), ErrorUrl: source.url }
  const second = await fetchDocument(network, request, fallback, { ...request.params, ...source.params, ...error })
  if (isDocument(second)) return second
  network.journal.violation(`${second.code} ${fallback.url}: ${second.why}`)
  return null
}

function inline(network: Ground, request: DocumentRequest, twiml: string): TwimlDocument | null {
  const root = parse(network, request, 'inline', twiml)
  if ('name' in root) return { url: null, method: 'POST', root, sound: null }
  network.journal.violation(`${root.code} inline TwiML: ${root.why}`)
  return null
}

async function fetchDocument(
  network: Ground,
  request: DocumentRequest,
  target: CallbackTarget,
  params: WebhookParams,
): Promise<TwimlDocument | Failure> {
  const order = { url: target.url, method: target.method, params, largestAnswer: LARGEST_SOUND_BYTES }
  const result = await network.clock.track(network.webhooks.send(order))
  const outcome = result.kind === 'answered' ? String(result.status) : result.why
  network.journal.note(request.sid, 'fetch', {
    url: target.url,
    outcome,
    ...(params.Digits && { Digits: params.Digits }),
  })
  if (result.kind === 'failed') return { code: result.code, why: result.why }
  return read(network, request, target, result)
}

type Answer = Extract<WebhookResult, { readonly kind: 'answered' }>

/**
 * A document, or for a call a file that is played. Twilio takes text/html for a document as well and reads text/plain
 * aloud; an application that leaves it at that has forgotten its content type, which is 12300 here.
 */
function read(
  network: Ground,
  request: DocumentRequest,
  target: CallbackTarget,
  { status, contentType, bytes, url }: Answer,
): TwimlDocument | Failure {
  if (status >= 300) return { code: 11200, why: `answered ${status}` }
  const place = { url, method: target.method }
  if (request.kind !== 'messaging' && isAudio(contentType)) {
    const sound = soundOf(url, contentType, bytes)
    if (!sound) return { code: 12300, why: `answered '${contentType}' that is none` }
    const play = { name: 'Play', attributes: {}, children: [], text: url }
    return { ...place, root: { name: 'Response', attributes: {}, children: [play], text: '' }, sound }
  }
  if (!/^(text|application)\/(xml|.+\+xml)\b/.test(contentType)) {
    return { code: 12300, why: `content type '${contentType}' is not XML` }
  }
  if (bytes.length > LARGEST_DOCUMENT_BYTES) return { code: 11750, why: `a document of ${bytes.length} bytes` }
  const root = parse(network, request, target.url, bytes.toString('utf8'))
  return 'name' in root ? { ...place, root, sound: null } : root
}

/** Parse it, and keep what Twilio would only warn of. */
function parse(network: Ground, request: DocumentRequest, where: string, xml: string): TwimlElement | Failure {
  try {
    const root = parseTwiml(xml)
    for (const breach of twimlBreaches(root, request.kind)) network.journal.violation(`${breach} (${where})`)
    return request.kind === 'music' ? (misfit(root) ?? root) : root
  } catch (error) {
    if (error instanceof TwimlParseError) return { code: 12100, why: error.message }
    throw error
  }
}

const MUSIC_VERBS = ['Say', 'Play', 'Pause', 'Redirect']

/** Twilio: error 13238, "Invalid verb used in waitUrl, holdUrl, or announceUrl TwiML". */
function misfit(root: TwimlElement): Failure | null {
  const wrong = root.children.find(({ name }) => !MUSIC_VERBS.includes(name))
  return wrong ? { code: 13238, why: `<${wrong.name}> is not for people who wait` } : null
}

function isDocument(value: TwimlDocument | Failure): value is TwimlDocument {
  return 'root' in value
}

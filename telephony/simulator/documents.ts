import type { CallbackTarget } from './callbacks.ts'
import type { Ground } from './ground.ts'
import { type TwimlKind, twimlBreaches } from './twiml/grammar.ts'
import { parseTwiml, type TwimlElement, TwimlParseError } from './twiml/parser.ts'
import type { WebhookParams, WebhookResult } from './webhook.ts'

/** A document and the URL that relative URLs in it are resolved against (null for inline TwiML). */
export interface TwimlDocument {
  readonly url: string | null
  readonly method: 'GET' | 'POST'
  readonly root: TwimlElement
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
  const read = parse(network, request, { url: 'inline', method: 'POST' }, twiml)
  if (isDocument(read)) return { ...read, url: null }
  network.journal.violation(`${read.code} inline TwiML: ${read.why}`)
  return null
}

async function fetchDocument(
  network: Ground,
  request: DocumentRequest,
  target: CallbackTarget,
  params: WebhookParams,
): Promise<TwimlDocument | Failure> {
  const order = { url: target.url, method: target.method, params }
  const result = await network.clock.track(network.webhooks.send(order))
  const outcome = result.kind === 'answered' ? String(result.status) : result.why
  network.journal.note(request.sid, 'fetch', {
    url: target.url,
    outcome,
    ...(params.Digits && { Digits: params.Digits }),
  })
  return readable(result) ?? parse(network, request, target, result.kind === 'answered' ? result.body : '')
}

function readable(result: WebhookResult): Failure | null {
  if (result.kind === 'failed') return { code: result.code, why: result.why }
  if (result.status >= 300) return { code: 11200, why: `answered ${result.status}` }
  if (!/^(text|application)\/(xml|.+\+xml)\b/.test(result.contentType)) {
    return { code: 12300, why: `content type '${result.contentType}' is not XML` }
  }
  return null
}

function parse(
  network: Ground,
  request: DocumentRequest,
  target: CallbackTarget,
  xml: string,
): TwimlDocument | Failure {
  try {
    const root = parseTwiml(xml)
    for (const breach of twimlBreaches(root, request.kind)) network.journal.violation(`${breach} (${target.url})`)
    return { url: target.url.replace(/#.*$/s, ''), method: target.method, root }
  } catch (error) {
    if (error instanceof TwimlParseError) return { code: 12100, why: error.message }
    throw error
  }
}

function isDocument(value: TwimlDocument | Failure): value is TwimlDocument {
  return 'root' in value
}

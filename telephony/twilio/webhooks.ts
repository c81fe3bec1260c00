import type { Metrics } from '#kit/metrics'
import type { Numbered } from '#kit/numbered'
import { legReports } from '../leg-signals.ts'
import { legSubject, roomSubject } from '../reconcile/index.ts'
import { callbackRoutes } from './callback-webhooks.ts'
import { conferenceRoutes } from './conference-webhooks.ts'
import { greetingRoutes } from './greeting-webhooks.ts'
import { legRoutes } from './leg-webhooks.ts'
import { mailboxRoutes } from './mailbox-webhooks.ts'
import { overRoutes } from './over-webhooks.ts'
import { ringRoutes } from './ring-webhooks.ts'
import type { Route, WebhookContext } from './route.ts'
import { signedForm } from './signature.ts'
import { textRoutes } from './text-webhooks.ts'
import { voicemailRoutes } from './voicemail-webhooks.ts'

/** A webhook request as it came in: nothing of it is believed before its signature has been checked. */
export interface WebhookRequest {
  readonly method: string
  /** Path and query as in the request line. */
  readonly originalUrl: string
  readonly signature: string | undefined
  readonly body: Buffer
}

/** What is answered: a document for the carrier, or nothing but a status. */
export interface WebhookAnswer {
  readonly status: 200 | 204 | 403 | 404 | 405
  readonly xml?: string
}

/** What the webhooks need. */
export interface WebhookOptions extends Omit<WebhookContext, 'legReports'> {
  readonly authTokens: readonly string[]
  /** Parameters that the carrier may add without signing them. */
  readonly unsignedParams: readonly string[]
  readonly metrics: Metrics
  /** Watches the numbers of reports. */
  readonly numbered: Pick<Numbered, 'note'>
}

/** What is answered, by path. */
export const ROUTES: ReadonlyMap<string, Route> = new Map(
  Object.entries({
    ...legRoutes,
    ...overRoutes,
    ...callbackRoutes,
    ...conferenceRoutes,
    ...voicemailRoutes,
    ...ringRoutes,
    ...mailboxRoutes,
    ...greetingRoutes,
    ...textRoutes,
  }),
)

/** Everything the carrier may ask or tell, below `/webhooks/twilio`. */
export function createWebhooks(options: WebhookOptions): (request: WebhookRequest) => Promise<WebhookAnswer> {
  const { authTokens, unsignedParams, publicUrl, metrics } = options
  const context: WebhookContext = { ...options, legReports: legReports(options.database) }
  const complain = complaints(options)
  return async ({ method, originalUrl, signature, body }) => {
    const [path = '', search = ''] = originalUrl.split('?', 2)
    const route = ROUTES.get(path)
    if (!route) return { status: 404 }
    // Of other methods the carrier signs the address alone.
    const params = new URLSearchParams(method === 'POST' ? body.toString('utf8') : '')
    const kind = path.replace('/webhooks/twilio/', '')
    const form = signedForm({ authTokens, publicUrl, originalUrl, header: signature, params }, unsignedParams)
    if (!form) {
      metrics.webhooks.inc({ kind, outcome: 'forged' })
      if (signature !== undefined) complain(kind)
      return { status: 403 }
    }
    // Only the carrier is told that there is something here, and how to ask for it.
    if (method !== 'POST') return { status: 405 }
    const answer = await route(context, { query: new URLSearchParams(search), form })
    noteNumber(options, form)
    metrics.webhooks.inc({ kind, outcome: answer === 'duplicate' ? 'duplicate' : 'applied' })
    return answer === 'heard' || answer === 'duplicate' ? { status: 204 } : { status: 200, xml: answer }
  }
}

/** A stranger who knocks again and again does not fill the log. */
const COMPLAIN_EVERY_MS = 60_000

/**
 * Says what was signed and not by our account: usually our own settings are wrong, and nothing that the carrier says is
 * heard.
 */
function complaints({ log, publicUrl }: Pick<WebhookOptions, 'log' | 'publicUrl'>): (kind: string) => void {
  let quietUntil = 0
  return (kind) => {
    if (performance.now() < quietUntil) return
    quietUntil = performance.now() + COMPLAIN_EVERY_MS
    log.warn({ kind, publicUrl }, 'a webhook was answered 403: it was not signed with our token for this address')
  }
}

/** Reports of legs and of rooms are numbered, each from its first one on. */
function noteNumber({ numbered }: WebhookOptions, form: URLSearchParams): void {
  const number = Number(form.get('SequenceNumber') ?? Number.NaN)
  const [call, room] = [form.get('CallSid'), form.get('ConferenceSid')]
  if (room !== null) numbered.note(roomSubject(room, form.get('FriendlyName') ?? ''), number)
  else if (call !== null) numbered.note(legSubject(call), number)
}

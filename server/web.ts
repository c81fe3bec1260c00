import type { IncomingMessage, RequestListener } from 'node:http'
import Koa from 'koa'
import { readBytes } from '#kit/body'
import type { MountedSurface } from '#kit/endpoint'
import { Fault } from '#kit/fault'
import { answerSurfaces, type PipelineOptions, requestId } from '#kit/http'
import type { Log } from '#kit/log'
import { openApi } from '#kit/openapi'
import { RouteTable } from '#kit/routes'
import { errorCode } from '#kit/unit'
import type { WebhookAnswer, WebhookRequest } from '#telephony'
import { type ConsoleSite, consolePages } from './console/index.ts'
import { crossOrigin } from './cross-origin.ts'
import { type DocsSite, docs } from './docs/index.ts'
import { type OperationsOptions, operations } from './operations.ts'
import { mountPages } from './pages.ts'
import { refuse, refuseMethod } from './refusal.ts'

/** What is answered, and how. */
export interface WebOptions {
  readonly surfaces: readonly MountedSurface[]
  readonly pipeline: PipelineOptions
  /** Where this deployment is, for the docs. */
  readonly site: DocsSite
  readonly console: ConsoleSite
  readonly webhooks: (request: WebhookRequest) => Promise<WebhookAnswer>
  /** Null: nobody takes money for us, so nobody tells us of it. */
  readonly paymentWebhooks: ((webhook: { signature: string | undefined; body: Buffer }) => Promise<number>) | null
  /** Null: we have no bot on Telegram. */
  readonly telegramWebhooks: ((webhook: { secret: string; body: Buffer }) => Promise<number>) | null
  readonly operations: OperationsOptions
  readonly trustProxyHops: number
  readonly corsOrigins: readonly string[]
  readonly isHttps: boolean
  readonly log: Log
}

const WEBHOOK_BODY_LIMIT = 1024 * 1024

/** Everything that is answered on `PORT`. */
export function createWeb(options: WebOptions): RequestListener {
  const app = new Koa({ proxy: options.trustProxyHops > 0, maxIpsCount: options.trustProxyHops })
  app.on('error', (error) => noteCut(options.log, error))
  app.use(requestId)
  app.use(securityHeaders(options.isHttps))
  app.use(wellFramed)
  const table = new RouteTable(options.surfaces)
  app.use(crossOrigin(table, options.corsOrigins))
  app.use(operations(options.operations))
  app.use(reference(options.surfaces))
  app.use(docs(options.surfaces, options.site, refuseMethod))
  app.use(consolePages(options.console))
  app.use(carrierWebhooks(options))
  app.use(paymentWebhooks(options))
  app.use(telegramWebhooks(options))
  for (const surface of options.surfaces) app.use(mountPages(surface, options.pipeline))
  app.use(answerSurfaces(table, options.pipeline))
  app.use(nothingHere)

  return app.callback()
}

/**
 * A client that goes away, or breaks off in the middle of a word, is no fault of ours: no more is said of it than a code,
 * for what it has sent hangs on the error.
 */
function noteCut(log: Log, error: unknown): void {
  const code = errorCode(error)
  if (/^(HPE_|ECONN|EPIPE|ETIMEDOUT|ERR_STREAM_PREMATURE_CLOSE)/.test(code))
    log.debug({ cause: code }, 'http: a client went away')
  else log.error({ err: error }, 'http: an answer was cut off')
}

/** What is answered on `METRICS_PORT`: how the process is, and nothing else. */
export function createVitals(vitals: OperationsOptions): RequestListener {
  return new Koa().use(operations(vitals)).use(nothingHere).callback()
}

function securityHeaders(isHttps: boolean): Koa.Middleware {
  return async (ctx, next) => {
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.set('X-Frame-Options', 'DENY')
    ctx.set('Referrer-Policy', 'no-referrer')
    if (isHttps) ctx.set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains')
    await next()
  }
}

/** Headers that two readers could understand differently are refused: two hosts, two lengths, a length and chunks. */
const wellFramed: Koa.Middleware = async (ctx, next) => {
  const count = (name: string) => rawHeader(ctx.req, name).length
  if (
    count('host') > 1 ||
    count('content-length') > 1 ||
    (count('content-length') > 0 && count('transfer-encoding') > 0)
  ) {
    ctx.set('Connection', 'close')
    return refuse(ctx, 400, 'bad_request', 'The request is not well formed.')
  }
  await next()
}

function rawHeader(request: IncomingMessage, name: string): readonly string[] {
  return request.rawHeaders.filter((value, index) => index % 2 === 0 && value.toLowerCase() === name)
}

/** `/openapi/<surface>.json`: the reference of each surface, made once. */
function reference(surfaces: readonly MountedSurface[]): Koa.Middleware {
  const documents = new Map(
    surfaces.map((mounted) => [`/openapi/${mounted.surface.name}.json`, JSON.stringify(openApi(mounted))]),
  )
  return async (ctx, next) => {
    const document = documents.get(ctx.path)
    if (document === undefined) return next()
    if (!['GET', 'HEAD'].includes(ctx.method)) return refuseMethod(ctx, ['GET', 'HEAD'])
    ctx.type = 'application/json'
    ctx.set('Cache-Control', 'no-cache')
    ctx.body = document
  }
}

function carrierWebhooks({ webhooks, log }: WebOptions): Koa.Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith('/webhooks/twilio')) return next()
    try {
      const body = await readBytes(ctx.req, WEBHOOK_BODY_LIMIT)
      const signature = ctx.get('X-Twilio-Signature') || undefined
      const answer = await webhooks({ method: ctx.method, originalUrl: ctx.originalUrl, signature, body })
      ctx.status = answer.status
      if (answer.status === 405) ctx.set('Allow', 'POST')
      if (answer.xml !== undefined) {
        ctx.type = 'text/xml'
        ctx.body = answer.xml
      }
    } catch (error) {
      // The carrier tries again on 5xx; what it said is not lost.
      log.error({ err: error, path: ctx.path }, 'a webhook could not be applied')
      ctx.status = error instanceof Fault && error.type.kind === 'too_large' ? 413 : 503
    }
  }
}

/** `POST /webhooks/stripe`: whoever has not signed is refused, and learns nothing else. */
function paymentWebhooks({ paymentWebhooks: hear, log }: WebOptions): Koa.Middleware {
  return async (ctx, next) => {
    if (!hear || ctx.path !== '/webhooks/stripe') return next()
    if (ctx.method !== 'POST') return refuseMethod(ctx, ['POST'])
    try {
      const body = await readBytes(ctx.req, WEBHOOK_BODY_LIMIT)
      const status = await hear({ signature: ctx.get('Stripe-Signature') || undefined, body })
      if (status === 403) return refuse(ctx, 403, 'forbidden', 'The signature does not fit.')
      ctx.status = status
      ctx.body = { received: true }
    } catch (error) {
      if (error instanceof Fault && error.type.kind === 'too_large')
        return refuse(ctx, 413, error.type.code, error.message)
      // Told again later, and not lost.
      log.error({ err: error }, 'a webhook about a payment could not be applied')
      refuse(ctx, 503, 'unavailable', 'Not available right now. Try again shortly.')
    }
  }
}

/** `POST /webhooks/telegram`: answered when what was told is kept; whoever does not know the secret learns nothing else. */
function telegramWebhooks({ telegramWebhooks: hear, log }: WebOptions): Koa.Middleware {
  return async (ctx, next) => {
    if (!hear || ctx.path !== '/webhooks/telegram') return next()
    if (ctx.method !== 'POST') return refuseMethod(ctx, ['POST'])
    try {
      const body = await readBytes(ctx.req, WEBHOOK_BODY_LIMIT)
      const status = await hear({ secret: ctx.get('X-Telegram-Bot-Api-Secret-Token'), body })
      if (status === 403) return refuse(ctx, 403, 'forbidden', 'The secret does not fit.')
      if (status === 400) return refuse(ctx, 400, 'bad_request', 'That is no update.')
      ctx.status = status
      // An empty object: a body with a method in it would be carried out.
      ctx.body = {}
    } catch (error) {
      if (error instanceof Fault && error.type.kind === 'too_large')
        return refuse(ctx, 413, error.type.code, error.message)
      // Told again later, and not lost.
      log.error({ err: error }, 'a webhook of telegram could not be applied')
      refuse(ctx, 503, 'unavailable', 'Not available right now. Try again shortly.')
    }
  }
}

async function nothingHere(ctx: Koa.Context): Promise<void> {
  refuse(ctx, 404, 'not_found', 'There is no such address.')
}

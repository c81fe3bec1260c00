import type Koa from 'koa'
import type { StoredMail } from '#gateways/mail'
import { readJson } from '#kit/body'
import type { MovableClock } from '#kit/clock'
import { Fault } from '#kit/fault'
import type { Metrics } from '#kit/metrics'
import { sameSecret } from '#kit/secret'
import { refuse, refuseMethod } from './refusal.ts'

/** What those who run the server may ask. */
export interface OperationsOptions {
  /** What is not ready, in words; empty when everything is. */
  readonly unready: () => Promise<readonly string[]>
  readonly metrics: Metrics
  /** Measure what is only known when it is asked for. */
  readonly measure: () => Promise<void>
  readonly metricsFor: MetricsFor
  /** The local mailbox of a bare machine. */
  readonly mailbox: (() => Promise<readonly StoredMail[]>) | null
  /** Where the simulated phone network is controlled. */
  readonly phonesUrl: string | null
  /** Where the stand-in for those who take the money is controlled. */
  readonly paymentsUrl: string | null
  /** Our bot on Telegram, and where its stand-in is controlled. */
  readonly telegram: { readonly link: string; readonly standInUrl: string | null } | null
  /** The clock that tests move. */
  readonly testClock: MovableClock | null
}

/** Who is shown the metrics. */
export type MetricsFor = { readonly token: string } | 'everybody' | 'nobody'

type Handler = (ctx: Koa.Context) => Promise<void>

/** `/health`, `/ready`, `/metrics`; on a bare machine also `/dev/mail`, `/dev/phones`, `/dev/payments` and `/dev/telegram`, in tests `/__clock`. */
export function operations(options: OperationsOptions): Koa.Middleware {
  const health: Handler = async (ctx) => {
    ctx.body = { status: 'ok' }
  }
  const ready: Handler = async (ctx) => {
    const missing = await options.unready()
    ctx.status = missing.length === 0 ? 200 : 503
    if (missing.length > 0) ctx.set('Retry-After', '2')
    ctx.body = { status: missing.length === 0 ? 'ready' : 'not ready', missing }
  }
  const routes = new Map<string, Handler>([
    ['GET /health', health],
    ['GET /healthz', health],
    ['GET /ready', ready],
    ['GET /readyz', ready],
  ])
  const { metrics, measure, metricsFor, mailbox, phonesUrl, paymentsUrl, telegram, testClock } = options
  if (metricsFor !== 'nobody') {
    routes.set('GET /metrics', async (ctx) => {
      if (metricsFor !== 'everybody' && !sameSecret(ctx.get('Authorization'), `Bearer ${metricsFor.token}`)) {
        ctx.status = 401
        return
      }
      await measure().catch(() => {})
      ctx.type = metrics.registry.contentType
      ctx.body = await metrics.registry.metrics()
    })
  }
  if (mailbox) {
    routes.set('GET /dev/mail', async (ctx) => {
      ctx.body = { items: await mailbox(), has_more: false }
    })
  }
  if (phonesUrl !== null) {
    routes.set('GET /dev/phones', async (ctx) => {
      ctx.body = { control_url: phonesUrl }
    })
  }
  if (paymentsUrl !== null) {
    routes.set('GET /dev/payments', async (ctx) => {
      ctx.body = { control_url: `${paymentsUrl}/control`, portal_url: `${paymentsUrl}/portal` }
    })
  }
  if (telegram?.standInUrl) {
    routes.set('GET /dev/telegram', async (ctx) => {
      ctx.body = { control_url: `${telegram.standInUrl}/control`, bot_url: telegram.link }
    })
  }
  if (testClock) {
    routes.set('POST /__clock', async (ctx) => {
      const body = (await readJson(ctx.req, 1024)) as { advance_seconds?: unknown }
      const seconds = Number(body.advance_seconds)
      ctx.status = Number.isFinite(seconds) && seconds >= 0 ? 200 : 422
      if (ctx.status === 200) testClock.advance(seconds)
      ctx.body = { now: testClock.now().toISOString() }
    })
  }
  return async (ctx, next) => {
    const method = ctx.method === 'HEAD' ? 'GET' : ctx.method
    const handler = routes.get(`${method} ${ctx.path}`)
    if (!handler) {
      const allow = ['GET', 'POST'].filter((known) => routes.has(`${known} ${ctx.path}`))
      if (allow.length === 0) return next()
      return refuseMethod(ctx, allow.includes('GET') ? ['GET', 'HEAD'] : allow)
    }
    ctx.set('Cache-Control', 'no-store')
    await handler(ctx).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error
      refuse(ctx, 400, error.type.code, error.message)
    })
  }
}

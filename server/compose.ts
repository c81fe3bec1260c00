import { paymentWebhooks } from '#consumers/payment-webhooks'
import { telegramWebhooks } from '#consumers/telegram-webhooks'
import { readTelegramUpdate } from '#gateways/telegram'
import { jobAgeSeconds } from '#kit/job'
import { Lifecycle } from '#kit/lifecycle'
import { createLog, type Log } from '#kit/log'
import { type Relay, untoldSeconds } from '#kit/relay'
import { assertUnambiguous } from '#kit/routes'
import type { Tally } from '#kit/tally'
import type { Database } from '#kit/unit'
import { UploadRoom } from '#kit/upload-room'
import type { Realtime } from '#realtime'
import { kadoinkLive, profileViews, speakingFrame, widgetViews } from '#surfaces/kadoink'
import { createWebhooks, measureRings, SpeechTeller, watchNumbers } from '#telephony'
import type { Config } from './config.ts'
import { type Base, type Given, layGround, mailboxOf } from './ground.ts'
import { type Listener, openPort } from './listener.ts'
import { isMigrated } from './migrate.ts'
import { mountSurfaces } from './mounts.ts'
import type { OperationsOptions } from './operations.ts'
import { createVitals, createWeb } from './web.ts'
import { startWorker } from './worker.ts'

/** A process that is up. */
export interface Running {
  /** Where REST and webhooks are answered; null for process types that do not. */
  readonly url: string | null
  /** Where the door of uWebSockets.js is; null while it is shut. */
  readonly realtimeUrl: string | null
  /** Where the simulated phone network is controlled; null with a real carrier. */
  readonly phonesUrl: string | null
  /** Where the stand-in for those who take the money is; null without one. */
  readonly paymentsUrl: string | null
  /** Where the stand-in for Telegram is; null without one. */
  readonly telegramUrl: string | null
  readonly log: Log
  readonly lifecycle: Lifecycle
  readonly database: Database
  /** Whether every consumer has handled everything that is committed, and nobody's turn to be rung is due. */
  isSettled(): Promise<boolean>
  /** Resolves when that is so. */
  untilSettled(): Promise<void>
}

/**
 * Bring up everything that a process of this type is made of, in order; what is up stops in reverse order. `onBegun` is
 * handed what can stop it from the first moment on.
 */
export async function start(
  config: Config,
  given: Given = {},
  onBegun: (lifecycle: Lifecycle) => void = () => {},
): Promise<Running> {
  const log = createLog(config.logLevel)
  const lifecycle = new Lifecycle(log)
  onBegun(lifecycle)
  try {
    return await compose(config, log, lifecycle, given)
  } catch (error) {
    await lifecycle.stop()
    throw error
  }
}

async function compose(config: Config, log: Log, lifecycle: Lifecycle, given: Given): Promise<Running> {
  const isWeb = config.type === 'all' || config.type === 'web'
  const isWorker = config.type === 'all' || config.type === 'worker'
  const listener = isWeb ? await openPort(config.host, config.port) : null
  // Also where the start fails later: a port that stays bound would keep the process.
  if (listener) lifecycle.add('port', () => listener.drain())
  const url = listener ? `http://127.0.0.1:${listener.port}` : null
  const base = await layGround(config, log, lifecycle, url ?? 'http://127.0.0.1', given)
  const { realtime, database, phonesUrl } = base

  const worker = isWorker ? startWorker(base) : null
  const vitals = vitalsOf(base, worker?.relay ?? null)
  if (config.metricsPort !== null) await openVitals(config, config.metricsPort, lifecycle, vitals)
  const views = { profiles: profileViews(database, log), widgets: widgetViews(database, log) }
  lifecycle.add('views of profiles', () => views.profiles.flush())
  lifecycle.add('views of widgets', () => views.widgets.flush())
  if (listener) openWeb(base, listener, vitals, views, given.botCheck)
  // Sockets go first: the HTTP server waits for every connection, those that became sockets included.
  lifecycle.add('realtime', async () => {
    await realtime.drain()
    await realtime.close()
  })
  const realtimePort = await openFastDoor(config, realtime, log)
  // First of all, routers learn from `/ready` to send nobody here; until then all goes on.
  if (listener) lifecycle.add('leave', () => new Promise((resolve) => setTimeout(resolve, config.leaveMs)))

  return {
    url,
    realtimeUrl: realtimePort === null ? null : `ws://127.0.0.1:${realtimePort}${kadoinkLive.path}`,
    phonesUrl,
    paymentsUrl: base.payments?.standInUrl ?? null,
    telegramUrl: base.telegram?.standInUrl ?? null,
    log,
    lifecycle,
    database,
    isSettled: async () =>
      worker === null ||
      ((await worker.turnstile.settled()) && (await worker.due.settled()) && (await worker.relay.settled())),
    untilSettled: async () => {
      await views.profiles.flush()
      await views.widgets.flush()
      await worker?.reconciler.idle()
      await worker?.telegram?.begun
      if (worker && !(await worker.due.settled())) await worker.due.look()
      await worker?.turnstile.untilSettled()
      await worker?.relay.untilSettled()
      await worker?.teller.idle()
    },
  }
}

/** Answer REST, webhooks and operations on the port, and sockets through `ws`. */
function openWeb(
  base: Base,
  listener: Listener,
  vitals: Vitals,
  views: { readonly profiles: Tally; readonly widgets: Tally },
  botCheck: Given['botCheck'],
): void {
  const { config, log, lifecycle, database, metrics, realtime, publicUrl, account, phonesUrl, testClock, blobs } = base
  const surfaces = mountSurfaces({
    database,
    blobs,
    phonesUrl,
    egressAllow: config.egressAllow,
    till: base.payments?.till ?? null,
    onProfileView: (ktagId) => views.profiles.count(ktagId),
    onWidgetView: (widgetId) => views.widgets.count(widgetId),
    botCheck,
  })
  assertUnambiguous(surfaces)
  const speech = new SpeechTeller({
    database,
    log,
    tell: async (speakers) => {
      const tell = (channel: string) => realtime.tell(kadoinkLive, channel, speakingFrame(speakers))
      await Promise.all(speakers.channels.map(tell))
    },
  })
  lifecycle.add('speech', async () => speech.stop())
  const numbered = watchNumbers({ database, log })
  numbered.start()
  lifecycle.add('numbers of reports', () => numbered.stop())
  const web = createWeb({
    surfaces,
    site: base.site,
    console: {
      publicUrl,
      realtimeUrl: base.site.realtimeUrl,
      number: base.site.numbers[0],
      phonesUrl,
      hasMail: config.mailUrl === null,
    },
    pipeline: {
      database,
      limiter: base.limiter,
      uploads: new UploadRoom(),
      log,
      isStrict: !config.isProduction,
      onAnswer: ({ seconds, ...labels }) =>
        metrics.requests.observe({ ...labels, status: String(labels.status) }, seconds),
    },
    webhooks: createWebhooks({
      database,
      publicUrl,
      log,
      metrics,
      speech,
      numbered,
      authTokens: account.authTokens,
      unsignedParams: config.carrierUnsignedParams,
    }),
    telegramWebhooks: base.telegram && telegramWebhooks(database, base.site.keys, readTelegramUpdate),
    paymentWebhooks: base.payments && paymentWebhooks(database, base.clock, base.payments.readWebhook),
    operations: {
      ...vitals,
      metricsFor: config.metricsToken === null ? 'nobody' : { token: config.metricsToken },
      mailbox: config.mailUrl === null ? () => mailboxOf(config).list() : null,
      phonesUrl,
      paymentsUrl: base.payments?.standInUrl ?? null,
      telegram: base.telegram,
      testClock,
    },
    trustProxyHops: config.trustProxyHops,
    corsOrigins: config.corsOrigins,
    isHttps: publicUrl.startsWith('https:'),
    log,
  })
  listener.answerWith(web)
  realtime.attach(listener.server)
  lifecycle.add('http', () => listener.drain())
}

/** How a process is. */
type Vitals = Pick<OperationsOptions, 'unready' | 'metrics' | 'measure'>

function vitalsOf({ database, lifecycle, metrics, realtime }: Base, relay: Relay | null): Vitals {
  return {
    unready: () => unready(database, lifecycle),
    metrics,
    measure: async () => {
      metrics.poolWaiters.set(database.waiters)
      const untold = await untoldSeconds(database, realtime.broadcast.name)
      metrics.outboxLag.set(Math.max(untold, (await relay?.lagSeconds()) ?? 0))
      metrics.jobAge.set(await jobAgeSeconds(database.sql))
      await measureRings(database, metrics)
    },
  }
}

/** Answer those who look after the process on a port of its own. */
async function openVitals(
  { host, metricsToken }: Config,
  metricsPort: number,
  lifecycle: Lifecycle,
  vitals: Vitals,
): Promise<void> {
  const listener = await openPort(host, metricsPort, { name: 'METRICS_PORT' })
  lifecycle.add('metrics port', () => listener.drain())
  const metricsFor = metricsToken === null ? 'everybody' : { token: metricsToken }
  const nothingElse = { mailbox: null, phonesUrl: null, paymentsUrl: null, telegram: null, testClock: null }
  listener.answerWith(createVitals({ ...vitals, ...nothingElse, metricsFor }))
}

/** Open the door of uWebSockets.js; where it was not asked for, doing without it is said and no fault. */
async function openFastDoor(config: Config, realtime: Realtime, log: Log): Promise<number | null> {
  if (config.type === 'worker' || config.type === 'migrate') return null
  try {
    return (await realtime.listen()) ?? null
  } catch (error) {
    if (config.isRealtimePortGiven) throw error
    log.warn({ err: String(error) }, 'sockets are only answered on PORT')
    return null
  }
}

async function unready(database: Database, lifecycle: Lifecycle): Promise<readonly string[]> {
  if (lifecycle.isStopping) return ['stopping']
  try {
    return (await isMigrated(database.sql)) ? [] : ['migrations']
  } catch {
    return ['database']
  }
}

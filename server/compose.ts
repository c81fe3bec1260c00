import { linkRequests } from '#consumers/link-requests'
import { mailer } from '#consumers/mailer'
import { prefixGuard } from '#consumers/prefix-guard'
import { revocations } from '#consumers/revocations'
import { leftovers } from '#consumers/voicemail'
import { diskBlobs, postgresBlobs } from '#gateways/blobs'
import { localMail, MailError, smtpMail } from '#gateways/mail'
import { sharpPictures } from '#gateways/pictures'
import { allJobs } from '#jobs'
import { type Clock, MovableClock, systemClock } from '#kit/clock'
import { assertUnambiguous } from '#kit/http'
import { Jobs } from '#kit/job'
import { Lifecycle } from '#kit/lifecycle'
import { Limiter } from '#kit/limit'
import { createLog, type Log } from '#kit/log'
import { createMetrics, type Metrics } from '#kit/metrics'
import { connectRedis, type Redis } from '#kit/redis'
import { Relay, Waker } from '#kit/relay'
import { Keyring } from '#kit/secret'
import type { Site } from '#kit/site'
import { Database } from '#kit/unit'
import { closes, createRealtime, LocalBus, type Realtime, RedisBus } from '#realtime'
import { kadoinkLive, kadoinkSurface, speakingFrame } from '#surfaces/kadoink'
import {
  ageTexts,
  batchTexter,
  createTwilioCarrier,
  createWebhooks,
  deleteDueAtCarrier,
  dialer,
  doubter,
  fetchDueMedia,
  fetchDueSounds,
  lookUpTranscripts,
  measureRings,
  mmsKeeper,
  Pace,
  Reconciler,
  reconcileOrders,
  roomKeeper,
  SpeechTeller,
  Turnstile,
  texter,
  tidyMedia,
  tidyTexts,
  voicemailKeeper,
  wakeTexts,
  watchNumbers,
  watchTexts,
} from '#telephony'
import type { CarrierConfig, Config } from './config.ts'
import { carrierFor, connectNumbers, databaseFor } from './embedded.ts'
import { type Listener, openPort } from './listener.ts'
import { isMigrated } from './migrate.ts'
import { createWeb } from './web.ts'

/** A process that is up. */
export interface Running {
  /** Where REST and webhooks are answered; null for process types that do not. */
  readonly url: string | null
  /** Where the door of uWebSockets.js is; null while it is shut. */
  readonly realtimeUrl: string | null
  /** Where the simulated phone network is controlled; null with a real carrier. */
  readonly phonesUrl: string | null
  readonly log: Log
  readonly lifecycle: Lifecycle
  readonly database: Database
  /** Whether every consumer has handled everything that is committed, and nobody's turn to be rung is due. */
  isSettled(): Promise<boolean>
  /** Resolves when that is so. */
  untilSettled(): Promise<void>
}

/** What a process may be given instead of making it. */
export interface Given {
  /** The time by which everything goes; the machine's, or one that can be moved, when it is not given. */
  readonly clock?: Clock
}

/** Bring up everything that a process of this type is made of, in order; what is up stops in reverse order. */
export async function start(config: Config, given: Given = {}): Promise<Running> {
  const log = createLog(config.logLevel)
  const lifecycle = new Lifecycle(log)
  try {
    return await compose(config, log, lifecycle, given)
  } catch (error) {
    await lifecycle.stop()
    throw error
  }
}

/** What every process type is made of; the rest is built upon it. */
interface Base {
  readonly config: Config
  readonly log: Log
  readonly lifecycle: Lifecycle
  readonly databaseUrl: string
  readonly database: Database
  readonly waker: Waker
  readonly metrics: Metrics
  readonly realtime: Realtime
  readonly publicUrl: string
  readonly account: CarrierConfig
  readonly callsPerSecond: number
  readonly phonesUrl: string | null
  readonly clock: Clock
  readonly testClock: MovableClock | null
  readonly blobs: ReturnType<typeof diskBlobs>
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
  if (listener) openWeb(base, listener, worker?.relay ?? null)
  // Sockets go first: the HTTP server waits for every connection, those that became sockets included.
  lifecycle.add('realtime', async () => {
    await realtime.drain()
    await realtime.close()
  })
  const realtimePort = await openFastDoor(config, realtime, log)

  return {
    url,
    realtimeUrl: realtimePort === null ? null : `ws://127.0.0.1:${realtimePort}${kadoinkLive.path}`,
    phonesUrl,
    log,
    lifecycle,
    database,
    isSettled: async () => worker === null || ((await worker.turnstile.settled()) && (await worker.relay.settled())),
    untilSettled: async () => {
      await worker?.reconciler.idle()
      await worker?.turnstile.untilSettled()
      await worker?.relay.untilSettled()
    },
  }
}

/** The database, the phone network, the site, and what joins processes; `localUrl` is where this machine reaches us. */
async function layGround(
  config: Config,
  log: Log,
  lifecycle: Lifecycle,
  localUrl: string,
  given: Given,
): Promise<Base> {
  const databaseUrl = await databaseFor(config, log, lifecycle)
  const publicUrl = config.publicUrl ?? localUrl
  const {
    carrier: account,
    callsPerSecond,
    simulator,
  } = await carrierFor(config, log, lifecycle, { publicUrl, localUrl })
  if (simulator) connectNumbers(simulator, account.numbers, publicUrl)

  const testClock = config.hasTestClock && !given.clock ? new MovableClock() : null
  const clock = given.clock ?? testClock ?? systemClock
  const waker = new Waker(() => database.sql, log)
  const database = new Database({
    url: databaseUrl,
    poolSize: config.databasePool,
    clock,
    site: siteOf(config, publicUrl, account, callsPerSecond),
    log,
    onEvents: waker.wake,
  })
  lifecycle.add('database', () => database.close())
  const metrics = createMetrics()
  const bus = config.redisUrl === null ? new LocalBus() : new RedisBus(config.redisUrl, log)
  lifecycle.add('bus', () => bus.close())
  const realtime = createRealtime({
    database,
    surfaces: [kadoinkLive],
    bus,
    log,
    metrics,
    clock,
    settings: {
      realtimePort: config.realtimePort,
      host: config.host,
      allowedOrigins: config.corsOrigins,
      trustProxyHops: config.trustProxyHops,
      upgradesPerMinute: config.upgradesPerMinute,
    },
  })
  const phonesUrl = simulator?.controlUrl ?? null
  // Processes of their own have no disk in common, and often none that lasts.
  const blobs = config.type === 'all' ? diskBlobs(`${config.dataDir}/blobs`) : postgresBlobs(database)
  return {
    config,
    log,
    lifecycle,
    databaseUrl,
    database,
    waker,
    metrics,
    realtime,
    publicUrl,
    account,
    callsPerSecond,
    phonesUrl,
    clock,
    testClock,
    blobs,
  }
}

function siteOf(config: Config, publicUrl: string, account: CarrierConfig, callsPerSecond: number): Site {
  return {
    publicUrl,
    realtimeUrl: config.realtimeUrl ?? `${publicUrl.replace(/^http/, 'ws')}${kadoinkLive.path}`,
    numbers: account.numbers,
    keys: new Keyring(config.sessionSecrets),
    callsPerSecond,
    countries: config.countries,
    spendPerHour: config.spendPerHour,
  }
}

/** What works in the background. */
interface Worker {
  readonly relay: Relay
  readonly turnstile: Turnstile
  readonly reconciler: Reconciler
}

/**
 * Feed the consumers from the outbox, let phones be rung in turn, ask the carrier what was missed, and run what is due
 * by the clock.
 */
function startWorker(base: Base): Worker {
  const { config, log, lifecycle, databaseUrl, database, waker, metrics, realtime, publicUrl, account, blobs, clock } =
    base
  const carrier = createTwilioCarrier({
    accountSid: account.accountSid,
    authToken: account.authTokens[0],
    publicUrl,
    log,
    tuning: { timeoutMs: config.carrierTimeoutMs },
    ...(account.apiBase === undefined ? {} : { apiBase: account.apiBase }),
  })
  const mail = config.mailUrl === null ? mailboxOf(config) : smtpMail(config.mailUrl, config.mailFrom)
  const voicemail = { database, carrier, blobs }
  const mms = { database, carrier, blobs, pictures: sharpPictures() }
  const texts = { database, log, metrics }
  const onMended = (kind: string, times: number) => metrics.mended.inc({ kind }, times)
  const reconciler = new Reconciler({ database, databaseUrl, carrier, log, onMended })
  const turnstile = new Turnstile({ database, clock, log })
  const pace = new Pace(base.callsPerSecond, clock)
  const relay = new Relay({
    database,
    url: databaseUrl,
    log,
    consumers: [
      dialer({ database, carrier, pace, onQueued: () => turnstile.wake() }),
      roomKeeper(database, carrier),
      texter(database, carrier),
      batchTexter(database, carrier),
      voicemailKeeper(voicemail),
      linkRequests,
      prefixGuard,
      mmsKeeper(mms),
      doubter(reconciler.tools),
      leftovers(),
      mailer(database, mail, (error) => error instanceof MailError && error.isRefused),
      revocations((sessionId) => realtime.kick({ sessionId }, closes.signIn)),
      realtime.broadcast,
    ],
  })
  const jobs = new Jobs({
    url: databaseUrl,
    log,
    jobs: allJobs({
      database,
      reconcileOrders: () => reconcileOrders(database, carrier),
      reconcile: () => reconciler.run(),
      fetchSounds: () => fetchDueSounds(voicemail),
      wakeTexts: () => wakeTexts(texts),
      ageTexts: () => ageTexts(texts),
      watchTexts: () => watchTexts(texts),
      fetchMedia: () => fetchDueMedia(mms),
      tidyTexts: async () => {
        await tidyMedia(mms)
        await tidyTexts(texts)
      },
      blobs,
      lookUpTranscripts: () => lookUpTranscripts(voicemail),
      deleteAtCarrier: () => deleteDueAtCarrier(voicemail),
    }),
  })
  waker.local = () => relay.wake()
  relay.start()
  reconciler.start()
  jobs.start()
  turnstile.start()
  lifecycle.add('jobs', () => jobs.stop())
  lifecycle.add('reconciler', () => reconciler.stop())
  lifecycle.add('relay', () => relay.stop())
  lifecycle.add('turnstile', () => turnstile.stop())
  return { relay, turnstile, reconciler }
}

/** Answer REST, webhooks and operations on the port, and sockets through `ws`. */
function openWeb(base: Base, listener: Listener, relay: Relay | null): void {
  const { config, log, lifecycle, database, metrics, realtime, publicUrl, account, phonesUrl, testClock, blobs } = base
  const surfaces = [kadoinkSurface(blobs)]
  for (const surface of surfaces) assertUnambiguous(surface)
  const redis = config.redisUrl === null ? undefined : redisForLimits(config.redisUrl, log, lifecycle)
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
    pipeline: {
      database,
      limiter: new Limiter(redis),
      log,
      isStrict: !config.isProduction,
      onAnswer: ({ seconds, ...labels }) =>
        metrics.requests.observe({ ...labels, status: String(labels.status) }, seconds),
    },
    webhooks: createWebhooks({ database, publicUrl, log, metrics, speech, numbered, authTokens: account.authTokens }),
    operations: {
      unready: () => unready(database, lifecycle),
      metrics,
      measure: async () => {
        metrics.outboxLag.set((await relay?.lagSeconds()) ?? 0)
        await measureRings(database, metrics)
      },
      metricsToken: config.metricsToken,
      mailbox: config.mailUrl === null ? () => mailboxOf(config).list() : null,
      phonesUrl,
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

function mailboxOf(config: Config): ReturnType<typeof localMail> {
  return localMail(`${config.dataDir}/mail`, config.mailFrom)
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

function redisForLimits(url: string, log: Log, lifecycle: Lifecycle): Redis {
  const redis = connectRedis(url, 'kadoink-limits', (error) =>
    log.warn({ err: error.message }, 'limits: redis is away, counting in memory'),
  )
  lifecycle.add('redis', async () => redis.disconnect())
  return redis
}

async function unready(database: Database, lifecycle: Lifecycle): Promise<readonly string[]> {
  if (lifecycle.isStopping) return ['stopping']
  try {
    return (await isMigrated(database.sql)) ? [] : ['migrations']
  } catch {
    return ['database']
  }
}

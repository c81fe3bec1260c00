import { ensureTrial } from '#domain/realms'
import { diskBlobs, objectBlobs, postgresBlobs } from '#gateways/blobs'
import { localMail } from '#gateways/mail'
import { type Clock, MovableClock, systemClock } from '#kit/clock'
import type { Lifecycle } from '#kit/lifecycle'
import { Limiter } from '#kit/limit'
import type { Log } from '#kit/log'
import { createMetrics, type Metrics } from '#kit/metrics'
import { connectRedis, type RedisLink, type RedisPlace } from '#kit/redis'
import { Keyring } from '#kit/secret'
import type { Site } from '#kit/site'
import { Database } from '#kit/unit'
import { Waker } from '#kit/waker'
import { createRealtime, LocalBus, type Realtime, RedisBus } from '#realtime'
import { type BotCheck, kadoinkLive } from '#surfaces/kadoink'
import type { CarrierConfig, Config, WhatsAppConfig } from './config.ts'
import {
  carrierFor,
  connectNumbers,
  databaseFor,
  type PaymentsAccess,
  paymentsFor,
  SIMULATED_TEMPLATES,
  type TelegramAccess,
  telegramFor,
} from './embedded.ts'

/** What a process may be given instead of making it. */
export interface Given {
  /** The time by which everything goes; the machine's, or one that can be moved, when it is not given. */
  readonly clock?: Clock
  /** What the forms of widgets are held against, beside what they are held against anyway; see docs/widgets.md. */
  readonly botCheck?: BotCheck
}

type Blobs = ReturnType<typeof diskBlobs>

/** What every process type is made of; the rest is built upon it. */
export interface Base {
  readonly config: Config
  readonly log: Log
  readonly lifecycle: Lifecycle
  readonly databaseUrl: string
  readonly database: Database
  readonly waker: Waker
  readonly metrics: Metrics
  readonly realtime: Realtime
  readonly publicUrl: string
  readonly site: Site
  readonly account: CarrierConfig
  readonly callsPerSecond: number
  readonly phonesUrl: string | null
  /** Those who take the money; null where nothing is sold. */
  readonly payments: PaymentsAccess | null
  /** Our bot on Telegram; null where there is none. */
  readonly telegram: TelegramAccess | null
  /** How codes go by WhatsApp; null where they do not. */
  readonly whatsApp: WhatsAppConfig | null
  readonly clock: Clock
  readonly testClock: MovableClock | null
  readonly blobs: Blobs
  /** Counts what people do, whichever way they do it. */
  readonly limiter: Limiter
}

/** The database, the phone network, the site, and what joins processes; `localUrl` is where this machine reaches us. */
export async function layGround(
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
  const payments = await paymentsFor(config, log, lifecycle, { localUrl, clock })
  const telegram = await telegramFor(config, lifecycle, { publicUrl, localUrl, clock })
  // The simulated network has WhatsApp at each of its numbers.
  const whatsApp =
    config.whatsApp ??
    (simulator
      ? { number: account.numbers[0], templates: { en: SIMULATED_TEMPLATES.en.id, ru: SIMULATED_TEMPLATES.ru.id } }
      : null)
  const waker = new Waker(() => database.sql, log)
  const site = siteOf(config, publicUrl, account, callsPerSecond, { payments, telegram, whatsApp })
  const database = new Database({
    url: databaseUrl,
    poolSize: config.databasePool,
    clock,
    site,
    log,
    onEvents: waker.wake,
  })
  lifecycle.add('database', () => database.close())
  // A bare machine has a project to try codes out with; another database may be away, or not brought up to date yet.
  if (simulator && config.databaseUrl === null) await database.write(ensureTrial)
  const metrics = createMetrics()
  const bus = config.redis === null ? new LocalBus() : new RedisBus(config.redis, log)
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
      allowedOrigins: [new URL(publicUrl).origin, ...config.corsOrigins],
      trustProxyHops: config.trustProxyHops,
      upgradesPerMinute: config.upgradesPerMinute,
      hasEcho: config.hasEcho,
    },
  })
  const phonesUrl = simulator?.controlUrl ?? null
  const blobs = await blobsFor(config, database, log, lifecycle)
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
    site,
    account,
    callsPerSecond,
    phonesUrl,
    payments,
    telegram,
    whatsApp,
    clock,
    testClock,
    blobs,
    limiter: new Limiter(config.redis === null ? undefined : redisForLimits(config.redis, log, lifecycle)),
  }
}

function redisForLimits(place: RedisPlace, log: Log, lifecycle: Lifecycle): RedisLink {
  const redis = connectRedis(place, 'kadoink-limits', (error) =>
    log.warn({ err: error.message }, 'limits: redis is away, counting in memory'),
  )
  lifecycle.add('redis', async () => redis.disconnect())
  return redis
}

async function blobsFor(config: Config, database: Database, log: Log, lifecycle: Lifecycle): Promise<Blobs> {
  if (config.s3) {
    const store = await objectBlobs({ ...config.s3, log })
    lifecycle.add('blobs', async () => store.close())
    return store
  }
  // Processes of their own have no disk in common, and often none that lasts.
  return config.type === 'all' ? diskBlobs(`${config.dataDir}/blobs`, log) : postgresBlobs(database)
}

function siteOf(
  config: Config,
  publicUrl: string,
  account: CarrierConfig,
  callsPerSecond: number,
  {
    payments,
    telegram,
    whatsApp,
  }: {
    readonly payments: PaymentsAccess | null
    readonly telegram: TelegramAccess | null
    readonly whatsApp: WhatsAppConfig | null
  },
): Site {
  return {
    publicUrl,
    realtimeUrl: config.realtimeUrl ?? `${publicUrl.replace(/^http/, 'ws')}${kadoinkLive.path}`,
    numbers: account.numbers,
    keys: new Keyring(config.sessionSecrets),
    callsPerSecond,
    countries: config.countries,
    spendPerHour: config.spendPerHour,
    portalUrl: config.portalUrl ?? payments?.standInUrl?.concat('/portal') ?? null,
    returnHosts: new Set(config.checkoutReturnHosts),
    telegramLink: telegram?.link ?? null,
    whatsAppNumber: whatsApp?.number ?? null,
  }
}

/** The mailbox of a machine without a mail server. */
export function mailboxOf(config: Config): ReturnType<typeof localMail> {
  return localMail(`${config.dataDir}/mail`, config.mailFrom)
}
